"""/v1/chat/completions, answered whole."""
import asyncio

import openai

from api_case import MODEL, ApiCase

TOOL = {"type": "function", "function": {
    "name": "get_weather", "description": "The weather of a city", "strict": False,
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                   "required": ["city"]}}}


class ChatTest(ApiCase):
    def text(self, *arguments, **more):
        return self.chat(*arguments, **more).choices[0].message.content

    def test_an_answer_has_all_that_a_client_reads(self):
        answer = self.chat("What is the capital of France?")
        self.assertTrue(answer.id.startswith("chatcmpl-"), answer.id)
        self.assertEqual(answer.object, "chat.completion")
        self.assertEqual(answer.model, MODEL)
        self.assertIn("Paris", answer.choices[0].message.content)
        self.assertEqual(answer.choices[0].message.role, "assistant")
        usage = answer.usage
        self.assertEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
        self.assertGreater(usage.prompt_tokens, 6)

    def test_required_fields_are_there_when_they_are_null(self):
        choice = self.post("/v1/chat/completions", self.chat_body())["choices"][0]
        self.assertIsNone(choice["logprobs"])
        self.assertIsNone(choice["message"]["refusal"])

    def test_greedy_answers_repeat(self):
        self.assertEqual(self.text(), self.text())

    def test_a_seed_repeats_and_another_differs(self):
        def drawn(seed):
            return self.text("Tell me a story.", temperature=1.5, seed=seed,
                             max_completion_tokens=24)
        self.assertEqual(drawn(7), drawn(7))
        self.assertNotEqual(drawn(7), drawn(8))

    def test_max_completion_tokens_ends_the_answer_and_wins_over_the_old_name(self):
        answer = self.chat("Tell me a long story.", max_completion_tokens=5, max_tokens=9)
        self.assertEqual(answer.choices[0].finish_reason, "length")
        self.assertEqual(answer.usage.completion_tokens, 5)
        answer = self.chat("Tell me a long story.", max_completion_tokens=openai.omit,
                           max_tokens=4)
        self.assertEqual(answer.usage.completion_tokens, 4)

    def test_log_probabilities_tell_every_token(self):
        answer = self.chat(logprobs=True, top_logprobs=4)
        tokens = answer.choices[0].logprobs.content
        self.assertEqual(len(tokens), answer.usage.completion_tokens)
        text = b"".join(bytes(token.bytes) for token in tokens)
        self.assertEqual(text.decode(), answer.choices[0].message.content)
        for token in tokens:
            top = [one.logprob for one in token.top_logprobs]
            self.assertEqual(len(top), 4)
            self.assertEqual(top, sorted(top, reverse=True))
            self.assertEqual(token.top_logprobs[0].bytes, token.bytes)  # Greedy.
            self.assertAlmostEqual(top[0], token.logprob, places=4)

    def test_log_probabilities_without_alternatives(self):
        tokens = self.chat(logprobs=True).choices[0].logprobs.content
        self.assertTrue(all(token.top_logprobs == [] for token in tokens))

    def test_three_answers_to_one_question(self):
        answer = self.chat("Tell me a story.", n=3, temperature=1.2, seed=3)
        self.assertEqual([choice.index for choice in answer.choices], [0, 1, 2])
        texts = [choice.message.content for choice in answer.choices]
        self.assertEqual(len(set(texts)), 3, texts)
        self.assertEqual(answer.usage.completion_tokens, 48)
        alone = self.text("Tell me a story.", temperature=1.2, seed=3)
        self.assertEqual(texts[0], alone)

    def test_the_answer_ends_before_a_stop_string(self):
        whole = self.text("Count from one to ten.", max_completion_tokens=32)
        cut = whole[len(whole) // 2:][:4]
        before = whole[:whole.index(cut)]
        for stop in (cut, [cut], ["never to be seen", cut]):
            answer = self.chat("Count from one to ten.", max_completion_tokens=32, stop=stop)
            self.assertEqual(answer.choices[0].message.content, before)
            self.assertEqual(answer.choices[0].finish_reason, "stop")

    def test_the_first_of_several_stop_strings_counts(self):
        whole = self.text("Count from one to ten.", max_completion_tokens=32)
        early, late = whole[5:8], whole[-6:-3]
        answer = self.text("Count from one to ten.", max_completion_tokens=32, stop=[late, early])
        self.assertEqual(answer, whole[:min(whole.index(early), whole.index(late))])

    def test_a_bias_forces_and_forbids_tokens(self):
        forced = self.tokens(" red")[0]
        text = self.text(logit_bias={str(forced): 100}, max_completion_tokens=5)
        self.assertEqual(text, " red" * 5)
        first = self.chat(logprobs=True, max_completion_tokens=1).choices[0].logprobs.content[0]
        banned = self.tokens(first.token)
        self.assertEqual(len(banned), 1)
        other = self.text(logit_bias={str(banned[0]): -100}, max_completion_tokens=1)
        self.assertNotEqual(other, first.token)

    def test_penalties_and_nucleus_are_taken(self):
        answer = self.chat(temperature=0.7, top_p=0.9, presence_penalty=0.5, frequency_penalty=-0.5,
                           extra_body={"top_k": 20, "min_p": 0.05, "repetition_penalty": 1.1})
        self.assertTrue(answer.choices[0].message.content)

    def test_tools_are_taken_and_their_answers_read(self):
        answer = self.chat("How is the weather in Seoul?", tools=[TOOL], tool_choice="auto",
                           parallel_tool_calls=False)
        self.assertIn(answer.choices[0].finish_reason, ("length", "stop", "tool_calls"))
        call = {"id": "call_12345678", "type": "function",
                "function": {"name": "get_weather", "arguments": '{"city":"Seoul"}'}}
        answer = self.chat(tools=[TOOL], messages=[
            {"role": "user", "content": "How is the weather in Seoul?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_12345678", "content": "sunny, 21 degrees"}])
        self.assertTrue(answer.choices[0].message.content)

    def test_developer_and_system_are_one_role(self):
        def text(role):
            return self.text(messages=[{"role": role, "content": "You are a pirate."},
                                       {"role": "user", "content": "Greet me."}])
        self.assertEqual(text("developer"), text("system"))
        self.assertNotEqual(text("system"), self.text("Greet me."))

    def test_content_parts_are_the_text_that_they_hold(self):
        part = [{"type": "text", "text": "Name three colours."}]
        self.assertEqual(self.text(messages=[{"role": "user", "content": part}]), self.text())

    def test_fields_that_nobody_knows_are_ignored(self):
        answer = self.text(user="someone", store=False, metadata={"a": "b"},
                           prompt_cache_key="k", safety_identifier="s",
                           extra_body={"something_new": {"deep": [1, None]}})
        self.assertEqual(answer, self.text())

    def test_a_null_counts_as_absent(self):
        body = self.chat_body(n=None, stop=None, seed=None, tools=None, logprobs=None, stream=None,
                              stream_options=None, top_p=None, logit_bias=None, deadline=None)
        answer = self.post("/v1/chat/completions", body)
        self.assertEqual(answer["choices"][0]["message"]["content"], self.text())

    def test_the_service_tier_is_told_back(self):
        for tier in ("flex", "priority"):
            self.assertEqual(self.chat(service_tier=tier).service_tier, tier)

    def test_a_model_may_be_left_out_or_called_default(self):
        for model in ({}, {"model": "default"}, {"model": MODEL}):
            answer = self.post("/v1/chat/completions", self.chat_body() | model)
            self.assertEqual(answer["model"], MODEL)

    def test_a_begun_answer_is_continued(self):
        text = self.text(messages=[{"role": "user", "content": "What is the capital of France?"},
                                   {"role": "assistant", "content": "The capital of France is"}],
                         extra_body={"continue_final_message": True,
                                     "add_generation_prompt": False})
        self.assertIn("Paris", text[:12])

    def test_the_second_request_finds_its_beginning_computed(self):
        text = "Colours and their meaning. " * 12
        self.chat(text)
        usage = self.chat(text).usage
        self.assertGreater(usage.prompt_tokens_details.cached_tokens, usage.prompt_tokens // 2)
        self.assertLess(usage.prompt_tokens_details.cached_tokens, usage.prompt_tokens)

    def test_company_does_not_change_an_answer(self):
        questions = [f"What is {i} plus {i + 1}?" for i in range(6)]
        alone = [self.text(question) for question in questions]

        async def together():
            async with self.async_client(self.server) as client:
                return await asyncio.gather(*(client.chat.completions.create(
                    model=MODEL, temperature=0, max_completion_tokens=16,
                    messages=[{"role": "user", "content": question}])
                    for question in questions))
        answers = asyncio.run(together())
        self.assertEqual([answer.choices[0].message.content for answer in answers], alone)

    def test_a_prompt_beyond_the_context_is_refused(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat("word " * 4000)
        self.assertEqual(caught.exception.code, "context_length_exceeded")

    def test_a_parsed_text_comes_through_the_helper(self):
        answer = self.client.chat.completions.parse(
            model=MODEL, messages=[{"role": "user", "content": "Say hi."}], temperature=0,
            max_tokens=50)
        self.assertTrue(answer.choices[0].message.content)
