"""/v1/responses: making them, whole and in events."""
import openai

from api_case import MODEL, ApiCase

EVENTS_BEFORE_TEXT = ["response.created", "response.in_progress", "response.output_item.added",
                      "response.content_part.added"]
EVENTS_BEHIND_TEXT = ["response.output_text.done", "response.content_part.done",
                      "response.output_item.done"]


class ResponsesTest(ApiCase):
    def respond(self, given="Name three colours.", **more):
        options = {"temperature": 0, "max_output_tokens": 24} | more
        return self.client.responses.create(model=MODEL, input=given, **options)

    def body(self, given="Name three colours.", **more):
        return {"input": given, "temperature": 0, "max_output_tokens": 24} | more

    def stream(self, *arguments, **more):
        return self.events("/v1/responses", self.body(*arguments, stream=True, **more))

    def test_a_response_has_its_text_and_usage(self):
        answer = self.respond("What is the capital of France?", max_output_tokens=60)
        self.assertTrue(answer.id.startswith("resp_"), answer.id)
        self.assertEqual(answer.status, "completed")
        self.assertIn("Paris", answer.output_text)
        self.assertTrue(answer.output[0].id.startswith("msg_"))
        usage = answer.usage
        self.assertEqual(usage.total_tokens, usage.input_tokens + usage.output_tokens)

    def test_settings_are_told_back(self):
        answer = self.post("/v1/responses", self.body(
            instructions="Be brief.", metadata={"k": "v"}, top_p=0.5, user="u",
            truncation="auto", service_tier="flex", parallel_tool_calls=False,
            reasoning={"effort": "low"}, text={"format": {"type": "text"}, "verbosity": "low"}))
        for name, value in (("instructions", "Be brief."), ("metadata", {"k": "v"}), ("top_p", 0.5),
                            ("temperature", 0), ("user", "u"), ("truncation", "auto"),
                            ("service_tier", "flex"), ("parallel_tool_calls", False),
                            ("max_output_tokens", 24), ("store", True), ("background", False),
                            ("model", MODEL)):
            self.assertEqual(answer[name], value, name)
        self.assertEqual(answer["reasoning"]["effort"], "low")

    def test_defaults_are_told_back(self):
        answer = self.post("/v1/responses", {"input": "Hi", "max_output_tokens": 16})
        for name, value in (("temperature", 1), ("top_p", 1), ("tools", []),
                            ("tool_choice", "auto"), ("truncation", "disabled"), ("metadata", {}),
                            ("previous_response_id", None), ("instructions", None)):
            self.assertEqual(answer[name], value, name)

    def test_the_same_answer_as_chat(self):
        chat = self.chat(max_completion_tokens=24).choices[0].message.content
        self.assertEqual(self.respond().output_text, chat)

    def test_the_events_of_a_text_come_in_their_order(self):
        events = self.stream("What is the capital of France?", max_output_tokens=60)
        kinds = [event for event, _ in events]
        deltas = len(kinds) - len(EVENTS_BEFORE_TEXT) - len(EVENTS_BEHIND_TEXT) - 1
        self.assertGreater(deltas, 3)
        self.assertEqual(kinds, EVENTS_BEFORE_TEXT + ["response.output_text.delta"] * deltas
                         + EVENTS_BEHIND_TEXT + ["response.completed"])
        data = [json for _, json in events]
        self.assertEqual([json["sequence_number"] for json in data], list(range(len(data))))
        self.assertEqual(data[0]["response"]["status"], "in_progress")
        self.assertEqual(data[0]["response"]["output"], [])
        self.assertEqual(data[2]["item"]["content"], [])
        self.assertEqual(data[2]["item"]["status"], "in_progress")
        self.assertEqual(data[3]["part"], {"type": "output_text", "text": "", "annotations": [],
                                           "logprobs": []})
        text = "".join(json["delta"] for json in data[4:4 + deltas])
        done, part, item, last = data[-4:]
        self.assertIn("Paris", text)
        self.assertEqual(done["text"], text)
        self.assertEqual(part["part"]["text"], text)
        self.assertEqual(item["item"]["content"][0]["text"], text)
        self.assertEqual(item["item"]["status"], "completed")
        self.assertEqual(last["response"]["output"], [item["item"]])
        self.assertEqual(last["response"]["status"], "completed")
        self.assertIsNotNone(last["response"]["usage"])
        for json in data[3:-2]:
            if "item_id" in json:
                self.assertEqual(json["item_id"], item["item"]["id"])

    def test_an_answer_that_is_cut_is_incomplete(self):
        kinds = [event for event, _ in self.stream("Tell me a long story.", max_output_tokens=16)]
        self.assertEqual(kinds[-4:], EVENTS_BEHIND_TEXT + ["response.incomplete"])
        answer = self.respond("Tell me a long story.", max_output_tokens=16)
        self.assertEqual(answer.status, "incomplete")
        self.assertEqual(answer.incomplete_details.reason, "max_output_tokens")
        self.assertEqual(answer.output[-1].status, "incomplete")
        self.assertEqual(answer.usage.output_tokens, 16)

    def test_the_clients_events_are_typed(self):
        text, final = "", None
        for event in self.respond(stream=True):
            if event.type == "response.output_text.delta":
                text += event.delta
            final = event
        self.assertIn(final.type, ("response.completed", "response.incomplete"))
        self.assertEqual(final.response.output_text, text)
        self.assertEqual(text, self.respond().output_text)

    def test_the_clients_stream_helper(self):
        with self.client.responses.stream(model=MODEL, input="What is the capital of France?",
                                          temperature=0, max_output_tokens=60) as stream:
            for _ in stream:
                pass
            self.assertIn("Paris", stream.get_final_response().output_text)

    def test_messages_with_parts_and_instructions(self):
        item = {"role": "user", "content": [{"type": "input_text", "text": "Greet me."}]}
        answer = self.respond([item], instructions="You are a pirate.")
        chat = self.chat(max_completion_tokens=24, messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": "Greet me."}])
        self.assertEqual(answer.output_text, chat.choices[0].message.content)

    def test_a_response_goes_on_from_another(self):
        first = self.respond("My name is Ada.")
        second = self.respond("What is my name?", previous_response_id=first.id)
        self.assertEqual(second.previous_response_id, first.id)
        whole = self.respond([{"role": "user", "content": "My name is Ada."},
                              {"role": "assistant", "content": first.output_text},
                              {"role": "user", "content": "What is my name?"}])
        self.assertEqual(second.output_text, whole.output_text)
        self.assertEqual(second.usage.input_tokens, whole.usage.input_tokens)
        third = self.respond("Thank you.", previous_response_id=second.id)
        self.assertGreater(third.usage.input_tokens, second.usage.input_tokens)

    def test_instructions_are_not_inherited(self):
        first = self.respond("Hello.", instructions="You are a pirate and talk like one.")
        second = self.respond("Hello.", previous_response_id=first.id)
        plain = self.respond([{"role": "user", "content": "Hello."},
                              {"role": "assistant", "content": first.output_text},
                              {"role": "user", "content": "Hello."}])
        self.assertEqual(second.usage.input_tokens, plain.usage.input_tokens)
        self.assertIsNone(second.instructions)

    def test_a_response_that_is_not_there_cannot_be_continued(self):
        self.refusal("/v1/responses", self.body(previous_response_id="resp_none"),
                     param="previous_response_id", code="previous_response_not_found")

    def test_log_probabilities(self):
        asked = {"include": ["message.output_text.logprobs"], "top_logprobs": 2}
        answer = self.respond(**asked)
        logprobs = answer.output[0].content[0].logprobs
        self.assertEqual("".join(token.token for token in logprobs), answer.output_text)
        self.assertTrue(all(len(token.top_logprobs) == 2 for token in logprobs))
        streamed = [token["token"] for event, json in self.stream(**asked)
                    if event == "response.output_text.delta" for token in json["logprobs"]]
        self.assertEqual(streamed, [token.token for token in logprobs])

    def test_input_tokens_are_counted_as_they_will_be_used(self):
        counted = self.client.responses.input_tokens.count(
            model=MODEL, input="Name three colours.", instructions="Be brief.")
        answer = self.respond(instructions="Be brief.")
        self.assertEqual(counted.input_tokens, answer.usage.input_tokens)
        first = self.respond("My name is Ada.")
        counted = self.client.responses.input_tokens.count(
            model=MODEL, input="Who am I?", previous_response_id=first.id)
        answer = self.respond("Who am I?", previous_response_id=first.id)
        self.assertEqual(counted.input_tokens, answer.usage.input_tokens)

    def test_tools_are_flat_and_told_back(self):
        tool = {"type": "function", "name": "get_weather", "description": "The weather",
                "parameters": {"type": "object", "properties": {}}, "strict": False}
        answer = self.respond("How is the weather?", tools=[tool])
        self.assertEqual(answer.tools[0].name, "get_weather")
        self.assertEqual(answer.tools[0].strict, False)
        answer = self.respond([
            {"role": "user", "content": "How is the weather?"},
            {"type": "function_call", "call_id": "call_1", "name": "get_weather",
             "arguments": "{}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "sunny"}],
            tools=[tool])
        self.assertTrue(answer.output)

    def test_what_is_too_long_is_refused_or_cut_as_wished(self):
        turns = [{"role": role, "content": "word " * 500}
                 for role in ("user", "assistant") * 3] + [{"role": "user", "content": "Hi."}]
        with self.assertRaises(openai.BadRequestError) as caught:
            self.respond(turns)
        self.assertEqual(caught.exception.code, "context_length_exceeded")
        answer = self.respond(turns, truncation="auto")
        self.assertLess(answer.usage.input_tokens, 2048)

    def test_what_is_wrong_is_named(self):
        for more, param in (({"input": 7}, "input"), ({"input": None}, "input"),
                            ({"max_output_tokens": 15}, "max_output_tokens"),
                            ({"temperature": 3}, "temperature"),
                            ({"truncation": "some"}, "truncation"),
                            ({"metadata": {"k": 7}}, "metadata.k"),
                            ({"include": ["nothing"]}, "include[0]"),
                            ({"input": [{"role": "king", "content": "x"}]}, "input[0].role"),
                            ({"input": [{"type": "riddle"}]}, "input[0].type"),
                            ({"background": True, "store": False}, "background"),
                            ({"conversation": "conv_1"}, "conversation")):
            self.refusal("/v1/responses", self.body() | more, param=param)
