"""/v1/completions."""
from api_case import MODEL, ApiCase

PROMPT = "The capital of France is"


class CompletionTest(ApiCase):
    def complete(self, prompt=PROMPT, **more):
        options = {"max_tokens": 8, "temperature": 0} | more
        return self.client.completions.create(model=MODEL, prompt=prompt, **options)

    def text(self, *arguments, **more):
        return self.complete(*arguments, **more).choices[0].text

    def test_a_text_goes_on(self):
        answer = self.complete()
        self.assertTrue(answer.id.startswith("cmpl-"), answer.id)
        self.assertIn("Paris", answer.choices[0].text)
        self.assertEqual(answer.choices[0].finish_reason, "length")
        self.assertEqual(answer.usage.completion_tokens, 8)

    def test_sixteen_tokens_are_the_default(self):
        answer = self.post("/v1/completions", {"prompt": "Once upon a time", "ignore_eos": True})
        self.assertEqual(answer["usage"]["completion_tokens"], 16)

    def test_a_list_of_texts_is_answered_in_its_order(self):
        prompts = [PROMPT, "One, two, three,", "Water is made of"]
        answer = self.complete(prompts)
        self.assertEqual([choice.index for choice in answer.choices], [0, 1, 2])
        self.assertEqual([choice.text for choice in answer.choices],
                         [self.text(prompt) for prompt in prompts])

    def test_token_ids_are_as_good_as_text(self):
        tokens = self.post("/tokenize", {"prompt": PROMPT})["tokens"]
        self.assertEqual(self.text(tokens), self.text())
        answer = self.complete([tokens, tokens[:3]])
        self.assertEqual(answer.choices[0].text, self.text())
        self.assertEqual(answer.usage.prompt_tokens, len(tokens) + 3)

    def test_echo_returns_the_prompt_first(self):
        self.assertEqual(self.text(echo=True), PROMPT + self.text())
        self.assertEqual(self.text(echo=True, max_tokens=0), PROMPT)
        tokens = self.tokens(PROMPT)
        self.assertEqual(self.text(tokens, echo=True, max_tokens=0), PROMPT)

    def test_several_answers_to_each_prompt(self):
        answer = self.complete([PROMPT, "One, two,"], n=2, temperature=1.3, seed=4)
        self.assertEqual([choice.index for choice in answer.choices], [0, 1, 2, 3])
        self.assertEqual(self.text(temperature=1.3, seed=4), answer.choices[0].text)
        self.assertNotEqual(answer.choices[0].text, answer.choices[1].text)

    def test_log_probabilities_in_four_lists(self):
        answer = self.complete(logprobs=3)
        logprobs, text = answer.choices[0].logprobs, answer.choices[0].text
        self.assertEqual("".join(logprobs.tokens), text)
        for values in (logprobs.token_logprobs, logprobs.top_logprobs, logprobs.text_offset):
            self.assertEqual(len(values), answer.usage.completion_tokens)
        for token, value, top in zip(logprobs.tokens, logprobs.token_logprobs,
                                     logprobs.top_logprobs):
            self.assertLessEqual(len(top), 3)
            self.assertAlmostEqual(max(top.values()), value, places=4)
            self.assertIn(token, top)
        offsets = [offset - logprobs.text_offset[0] for offset in logprobs.text_offset]
        lengths = [len(token) for token in logprobs.tokens]
        self.assertEqual(offsets, [sum(lengths[:i]) for i in range(len(lengths))])

    def test_a_stream_is_the_whole_in_parts(self):
        stream = self.complete(stream=True, stream_options={"include_usage": True})
        chunks = list(stream)
        text = "".join(choice.text for chunk in chunks for choice in chunk.choices)
        self.assertEqual(text, self.text())
        self.assertEqual(chunks[-1].usage.completion_tokens, 8)
        self.assertEqual(chunks[-2].choices[0].finish_reason, "length")

    def test_streams_of_several_prompts_echoed(self):
        texts = {}
        for chunk in self.complete([PROMPT, "One, two,"], echo=True, stream=True):
            for choice in chunk.choices:
                texts[choice.index] = texts.get(choice.index, "") + choice.text
        self.assertEqual(texts, {0: PROMPT + self.text(), 1: "One, two," + self.text("One, two,")})

    def test_a_stop_string(self):
        text = self.text(max_tokens=24)
        stop = text[6:9]
        answer = self.complete(max_tokens=24, stop=[stop, "unseen"])
        self.assertEqual(answer.choices[0].text, text[:text.index(stop)])
        self.assertEqual(answer.choices[0].finish_reason, "stop")

    def test_what_is_not_offered_is_refused(self):
        for more, param in (({"suffix": "end"}, "suffix"), ({"best_of": 3}, "best_of"),
                            ({"echo": True, "logprobs": 1}, "echo"),
                            ({"logprobs": 6}, "logprobs"), ({"prompt": []}, "prompt"),
                            ({"prompt": [1, "a"]}, "prompt[1]"), ({"prompt": None}, "prompt"),
                            ({"prompt": [-1]}, "prompt[0]"), ({"prompt": [[]]}, "prompt[0]"),
                            ({"max_tokens": -1}, "max_tokens"), ({"n": 200}, "n")):
            self.refusal("/v1/completions", {"prompt": "a"} | more, param=param)

    def test_a_token_id_outside_of_the_vocabulary_is_refused(self):
        self.refusal("/v1/completions", {"prompt": [2**31 - 1]})
        self.refusal("/v1/completions", {"prompt": [1 << 40]})

    def test_a_bias_outside_of_the_vocabulary_is_refused_or_without_effect(self):
        answer = self.server.send("POST", "/v1/completions", {
            "prompt": PROMPT, "max_tokens": 1, "logit_bias": {"2147483647": 5}})
        self.judged("POST", "/v1/completions", answer)
        self.assertIn(answer.status, (200, 400))
