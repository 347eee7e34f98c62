"""/v1/chat/completions, answered in chunks."""
import asyncio

from api_case import MODEL, ApiCase


class ChatStreamTest(ApiCase):
    def chunks(self, *arguments, **more):
        return [chunk for event, chunk in self.events(
            "/v1/chat/completions", self.chat_body(*arguments, stream=True, **more))]

    @staticmethod
    def texts(chunks):
        """Of each choice: its deltas put together."""
        texts = {}
        for chunk in chunks:
            for choice in chunk["choices"]:
                texts.setdefault(choice["index"], "")
                texts[choice["index"]] += choice["delta"].get("content") or ""
        return texts

    def test_the_role_first_then_text_then_the_reason(self):
        chunks = self.chunks()
        first, *middle, last = [chunk["choices"][0] for chunk in chunks]
        self.assertEqual(first["delta"], {"role": "assistant", "content": ""})
        self.assertEqual(last["delta"], {})
        self.assertEqual(last["finish_reason"], "length")
        self.assertGreater(len(middle), 4)
        for choice in [first, *middle]:
            self.assertIsNone(choice["finish_reason"])
            self.assertIsNone(choice["logprobs"])
        for choice in middle:
            self.assertEqual(list(choice["delta"]), ["content"])
            self.assertTrue(choice["delta"]["content"])

    def test_the_deltas_are_the_whole_answer(self):
        whole = self.chat("What is a star?", max_completion_tokens=24)
        chunks = self.chunks("What is a star?", max_completion_tokens=24)
        self.assertEqual(self.texts(chunks)[0], whole.choices[0].message.content)
        self.assertTrue(chunks[0]["id"].startswith("chatcmpl-"))

    def test_usage_comes_where_it_was_asked_for(self):
        self.assertTrue(all("usage" not in chunk for chunk in self.chunks()))
        *chunks, last = self.chunks(stream_options={"include_usage": True})
        self.assertTrue(all(chunk["usage"] is None for chunk in chunks))
        self.assertEqual(last["choices"], [])
        self.assertEqual(last["usage"]["completion_tokens"], 16)
        self.assertEqual(last["usage"]["prompt_tokens"], self.chat().usage.prompt_tokens)

    def test_log_probabilities_come_with_their_text(self):
        whole = self.chat(logprobs=True, top_logprobs=2).choices[0].logprobs.content
        streamed = []
        for chunk in self.chunks(logprobs=True, top_logprobs=2):
            choice = chunk["choices"][0]
            streamed += (choice["logprobs"] or {}).get("content") or []
        self.assertEqual(streamed, [token.model_dump() for token in whole])

    def test_three_answers_interleave_by_their_index(self):
        asked = {"n": 3, "temperature": 1.2, "seed": 3}
        whole = self.chat("Tell me a story.", **asked)
        texts = self.texts(self.chunks("Tell me a story.", **asked))
        self.assertEqual(texts, {choice.index: choice.message.content
                                 for choice in whole.choices})

    def test_a_stop_string_is_never_seen_and_text_before_it_is_not_lost(self):
        whole = self.chat("Count from one to ten.", max_completion_tokens=32)
        text = whole.choices[0].message.content
        stop = text[len(text) // 2:][:5]
        chunks = self.chunks("Count from one to ten.", max_completion_tokens=32, stop=[stop])
        self.assertEqual(self.texts(chunks)[0], text[:text.index(stop)])
        self.assertEqual(chunks[-1]["choices"][0]["finish_reason"], "stop")

    def test_a_character_is_never_cut(self):
        # Forced tokens that hold parts of characters: each delta must be whole ones.
        parts = self.tokens("\N{GRINNING FACE}")
        self.assertGreater(len(parts), 1)
        bias = {str(token): 90 for token in parts}
        chunks = self.chunks(logit_bias=bias, temperature=1.5, seed=5, max_completion_tokens=40)
        text = self.texts(chunks)[0].encode()
        self.assertIn(b"\xf0\x9f", text + b"\xf0\x9f")

    def test_the_clients_stream_is_the_same(self):
        stream = self.chat(stream=True, stream_options={"include_usage": True})
        chunks = list(stream)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        self.assertEqual(text, self.chat().choices[0].message.content)
        self.assertEqual(chunks[-1].usage.completion_tokens, 16)

    def test_the_clients_stream_helper_gathers_the_answer(self):
        # It refuses an answer that was cut: this question has a short one.
        messages = [{"role": "user", "content": "What is the capital of France?"}]
        with self.client.chat.completions.stream(model=MODEL, temperature=0, messages=messages,
                                                 max_completion_tokens=60) as stream:
            kinds = {event.type for event in stream}
            answer = stream.get_final_completion()
        self.assertIn("content.delta", kinds)
        self.assertIn("Paris", answer.choices[0].message.content)

    def test_the_async_client_streams(self):
        async def text():
            async with self.async_client(self.server) as client:
                stream = await client.chat.completions.create(
                    model=MODEL, temperature=0, max_completion_tokens=16, stream=True,
                    messages=[{"role": "user", "content": "Name three colours."}])
                return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        self.assertEqual(asyncio.run(text()), self.chat().choices[0].message.content)
