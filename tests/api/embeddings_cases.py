"""/v1/embeddings."""
import base64
import math
import struct

from api_case import MODEL, ApiCase

TEXTS = ["The cat sat on the mat.", "A kitten rests on a rug.", "Bonds fell as rates rose."]


class EmbeddingsTest(ApiCase):
    def embed(self, given, **more):
        return self.client.embeddings.create(model=MODEL, input=given, **more)

    def vector(self, given, **more):
        return self.embed(given, **more).data[0].embedding

    def assert_alike(self, one, other):
        self.assertEqual(len(one), len(other))
        self.assertLess(max(abs(a - b) for a, b in zip(one, other)), 1e-6)

    def test_a_vector_of_length_one(self):
        answer = self.embed(TEXTS[0])
        vector = answer.data[0].embedding
        self.assertAlmostEqual(math.hypot(*vector), 1, places=4)
        self.assertEqual(len(vector), 576)
        self.assertEqual(answer.usage.prompt_tokens, answer.usage.total_tokens)
        self.assertGreater(answer.usage.prompt_tokens, 5)

    def test_floats_and_base64_are_the_same_numbers(self):
        body = {"input": TEXTS[0], "encoding_format": "base64"}
        text = self.post("/v1/embeddings", body)["data"][0]["embedding"]
        packed = base64.b64decode(text, validate=True)
        numbers = struct.unpack(f"<{len(packed) // 4}f", packed)
        floats = self.vector(TEXTS[0], encoding_format="float")
        self.assert_alike(numbers, floats)
        self.assert_alike(self.vector(TEXTS[0]), floats)  # The client asks for base64 by itself.

    def test_a_list_is_embedded_one_by_one(self):
        answer = self.embed(TEXTS)
        self.assertEqual([one.index for one in answer.data], [0, 1, 2])
        for one, text in zip(answer.data, TEXTS):
            self.assert_alike(one.embedding, self.vector(text))

    def test_alike_is_near(self):
        cat, kitten, bonds = (one.embedding for one in self.embed(TEXTS).data)
        near = sum(a * b for a, b in zip(cat, kitten))
        far = sum(a * b for a, b in zip(cat, bonds))
        self.assertGreater(near, far)

    def test_fewer_dimensions_are_the_first_ones_made_longer(self):
        whole, short = self.vector(TEXTS[0]), self.vector(TEXTS[0], dimensions=64)
        length = math.hypot(*whole[:64])
        self.assert_alike(short, [number / length for number in whole[:64]])

    def test_token_ids_are_as_good_as_text(self):
        tokens = self.post("/tokenize", {"prompt": TEXTS[0]})["tokens"]
        self.assert_alike(self.vector(tokens), self.vector(TEXTS[0]))
        answer = self.embed([tokens, tokens[:4]])
        self.assert_alike(answer.data[0].embedding, self.vector(TEXTS[0]))
        self.assertEqual(answer.usage.prompt_tokens, len(tokens) + 4)

    def test_more_than_wait_at_once_are_embedded_too(self):
        answer = self.embed(["A text."] * 300)
        self.assertEqual([one.index for one in answer.data], list(range(300)))
        self.assert_alike(answer.data[299].embedding, self.vector("A text."))

    def test_what_cannot_be_embedded_is_refused(self):
        for more, param in (({"input": ""}, "input"), ({"input": ["a", ""]}, "input"),
                            ({"input": []}, "input"), ({"input": None}, "input"),
                            ({"input": 7}, "input"), ({"dimensions": 0}, "dimensions"),
                            ({"dimensions": 577}, "dimensions"),
                            ({"dimensions": "8"}, "dimensions"),
                            ({"encoding_format": "hex"}, "encoding_format"),
                            ({"input": ["a"] * 2049}, "input")):
            self.refusal("/v1/embeddings", {"input": "a"} | more, param=param)
        self.refusal("/v1/embeddings", {"input": "word " * 4000}, code="context_length_exceeded")
