"""Answers whose form the request decides: schemas, tools, choices, expressions, grammars."""
import enum
import json
import re
import threading
import time
from typing import Literal

import openai
import pydantic

from api_case import MODEL, ApiCase

CHAT = "/v1/chat/completions"
TOOLS = [{"type": "function", "function": {
    "name": "set_light", "description": "Switch a light", "strict": True,
    "parameters": {"type": "object", "additionalProperties": False,
                   "properties": {"room": {"enum": ["kitchen", "bath"]}, "on": {"type": "boolean"}},
                   "required": ["room", "on"]}}},
    {"type": "function", "function": {
        "name": "get_time", "description": "The time", "strict": False,
        "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}}}}]


class Room(enum.Enum):
    KITCHEN = "kitchen"
    BATH = "bath"


class Command(pydantic.BaseModel):
    action: Literal["on", "off", "dim"]
    room: Room
    level: int
    note: str | None


class Light(pydantic.BaseModel):
    """Switch a light."""
    room: Room
    on: bool


class ConstrainTest(ApiCase):
    def content(self, prompt="Switch the kitchen light on.", **fields):
        answer = self.chat(prompt, **({"max_completion_tokens": 200} | fields))
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        return answer.choices[0].message.content

    def schema(self, schema, **fields):
        return json.loads(self.content(response_format={
            "type": "json_schema", "json_schema": {"name": "x", "schema": schema} | fields}))

    def test_the_parse_helper_gives_an_object(self):
        for temperature in (0, 1):
            answer = self.client.chat.completions.parse(
                model=MODEL, messages=[{"role": "user", "content": "Dim the bath to 3."}],
                response_format=Command, temperature=temperature, max_completion_tokens=300)
            command = answer.choices[0].message.parsed
            self.assertIsInstance(command, Command)
            self.assertIn(command.action, ("on", "off", "dim"))

    def test_responses_parse_too(self):
        answer = self.client.responses.parse(model=MODEL, input="Dim the bath to 3.",
                                             text_format=Command, max_output_tokens=300)
        self.assertIsInstance(answer.output_parsed, Command)
        self.assertEqual(answer.text.format.type, "json_schema")

    def test_properties_come_in_the_order_of_the_schema(self):
        schema = {"type": "object", "properties": {
            "z": {"type": "integer", "minimum": 3, "maximum": 5}, "a": {"const": "fixed"}},
            "required": ["z", "a"], "additionalProperties": False}
        answer = self.schema(schema, strict=True)
        self.assertEqual(list(answer), ["z", "a"])
        self.assertIn(answer["z"], (3, 4, 5))
        self.assertEqual(answer["a"], "fixed")

    def test_streams_are_the_same_text(self):
        form = {"response_format": {"type": "json_schema", "json_schema": {
            "name": "x", "schema": Command.model_json_schema()}}, "max_completion_tokens": 200}
        whole = self.content(**form)
        parts = self.chat("Switch the kitchen light on.", stream=True, **form)
        self.assertEqual("".join(part.choices[0].delta.content or ""
                                 for part in parts if part.choices), whole)
        json.loads(whole)

    def test_any_object(self):
        self.assertIsInstance(json.loads(self.content(
            response_format={"type": "json_object"}, max_completion_tokens=300)), dict)

    def test_it_closes_in_time(self):
        schema = {"type": "object", "properties": {
            "text": {"type": "string"}, "list": {"type": "array", "items": {"type": "number"}}},
            "required": ["text", "list"], "additionalProperties": False}
        for tokens in (12, 16, 24, 40):
            answer = self.chat("Tell a long story.", max_completion_tokens=tokens, temperature=1,
                               seed=tokens, response_format={"type": "json_schema", "json_schema": {
                                   "name": "x", "schema": schema}})
            self.assertEqual(answer.choices[0].finish_reason, "stop")
            self.assertLessEqual(answer.usage.completion_tokens, tokens)
            self.assertEqual(list(json.loads(answer.choices[0].message.content)), ["text", "list"])

    def test_other_forms(self):
        self.assertIn(self.content(extra_body={"choice": ["red", "green"]}), ("red", "green"))
        self.assertRegex(self.content(extra_body={"regex": "[0-9]{3}-[a-z]+!"}),
                         r"\A[0-9]{3}-[a-z]+!\Z")
        self.assertRegex(self.content(extra_body={"grammar": 'root ::= "a" [bc]{2} ("d" | "e")'}),
                         r"\Aa[bc]{2}[de]\Z")
        self.assertRegex(self.content(extra_body={"grammar": {
            "syntax": "lark",
            "definition": "start: WORD \"-\" INT\nWORD: /[a-f]{2}/\nINT: /[0-9]/"}}),
            r"\A[a-f]{2}-[0-9]\Z")
        self.assertIn(self.content(extra_body={"structured_outputs": {"choice": ["a", "b"]}}), "ab")
        self.assertEqual(self.client.completions.create(
            model=MODEL, prompt="1 + 1 =", extra_body={"regex": " 2"}).choices[0].text, " 2")

    def test_log_probabilities_of_each_token(self):
        answer = self.chat("Pick one.", logprobs=True, top_logprobs=2, max_completion_tokens=50,
                           extra_body={"choice": ["certainly", "perhaps"]})
        tokens = answer.choices[0].logprobs.content
        self.assertEqual(b"".join(bytes(token.bytes) for token in tokens).decode(),
                         answer.choices[0].message.content)
        self.assertTrue(all(token.logprob <= 0 for token in tokens))

    def test_rare_tokens_are_chosen_alike_with_few_logits_and_with_all(self):
        for regex in ("[가-힣 ]{8,12}", "[^a-zA-Z0-9 ]{6}[a-z ]{10}", "(zq|xj|[Z-\\u4e00]){5}"):
            asked = {"extra_body": {"regex": regex}, "max_completion_tokens": 60}
            few = self.content("Tell me about the sea.", **asked)
            self.assertEqual(few, self.content("Tell me about the sea.", logprobs=True, **asked))
            self.assertRegex(few, "\\A(" + regex + ")\\Z")

    def test_an_end_waits_for_min_tokens(self):
        answer = self.chat("Say a.", max_completion_tokens=40, extra_body={
            "regex": "a+", "min_tokens": 20})
        self.assertGreaterEqual(answer.usage.completion_tokens, 20)
        self.assertRegex(answer.choices[0].message.content, r"\Aa+\Z")

    def test_what_cannot_be_kept_is_refused(self):
        def refused(schema, strict=False, **fields):
            return self.refusal(CHAT, {
                "messages": [{"role": "user", "content": "hi"}],
                "response_format": {"type": "json_schema", "json_schema": {
                    "name": "x", "strict": strict, "schema": schema}}} | fields,
                param="response_format", code="invalid_json_schema")["message"]
        self.assertIn("additionalProperties", refused(
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, True))
        self.assertIn("pattern", refused({"type": "string", "pattern": "(a)\\1"}))
        self.assertIn("/properties/a", refused(
            {"type": "object", "properties": {"a": {"type": "strin"}}}))
        refused({"type": "integer", "minimum": 3, "maximum": 2})
        for form in ({"regex": "("}, {"grammar": "root ::= other"}, {"choice": []},
                     {"regex": "a", "choice": ["b"]}, {"grammar": {"syntax": "lark"}},
                     {"structured_outputs": {"regex": "a", "choice": ["b"]}}):
            self.refusal(CHAT, {"messages": [{"role": "user", "content": "hi"}]} | form)

    def test_hostile_schemas_are_refused_and_others_do_not_notice(self):
        deep = {"type": "string"}
        for _ in range(28):
            deep = {"anyOf": [deep, {"type": "array", "items": deep, "maxItems": 3}]} \
                if len(json.dumps(deep)) < 20_000 else {"type": "array", "items": deep}
        hostile = [
            {"type": "string", "pattern": "(a|b)*a(a|b){24}$"},
            {"allOf": [{"anyOf": [{"type": "object", "properties": {f"p{i}{j}": {"type": "string"}},
                                   "required": [f"p{i}{j}"]} for j in range(8)]}
                       for i in range(8)]},
            {"type": "array", "uniqueItems": True, "items": {"enum": list(range(60))}},
            deep]
        seen = []

        def stream():
            for part in self.chat("Tell me a story.", stream=True, max_completion_tokens=300):
                seen.append(time.monotonic())
        thread = threading.Thread(target=stream)
        thread.start()
        for schema in hostile:
            begin = time.monotonic()
            answer = self.server.send("POST", CHAT, {
                "messages": [{"role": "user", "content": "hi"}], "max_tokens": 30,
                "response_format": {"type": "json_schema", "json_schema": {
                    "name": "x", "schema": schema}}})
            self.judged("POST", CHAT, answer)
            self.assertIn(answer.status, (200, 400))
            self.assertLess(time.monotonic() - begin, 10)
        thread.join()
        self.assertGreater(len(seen), 100)


class ToolTest(ApiCase):
    def calls(self, prompt="Switch the kitchen light on.", **fields):
        answer = self.chat(prompt, tools=TOOLS, max_completion_tokens=200, **fields)
        return answer.choices[0]

    def test_a_call_can_be_demanded(self):
        choice = self.calls(tool_choice="required", parallel_tool_calls=False)
        self.assertEqual(choice.finish_reason, "tool_calls")
        self.assertEqual(len(choice.message.tool_calls), 1)
        self.assertIn(choice.message.tool_calls[0].function.name, ("set_light", "get_time"))
        json.loads(choice.message.tool_calls[0].function.arguments)

    def test_one_function_can_be_demanded(self):
        for temperature in (0, 1):
            choice = self.calls(tool_choice={"type": "function", "function": {"name": "set_light"}},
                                temperature=temperature)
            for call in choice.message.tool_calls:
                self.assertEqual(call.function.name, "set_light")
                arguments = json.loads(call.function.arguments)
                self.assertEqual(set(arguments), {"room", "on"})
                self.assertIn(arguments["room"], ("kitchen", "bath"))

    def test_allowed_tools_can_be_required(self):
        choice = self.calls(tool_choice={"type": "allowed_tools", "allowed_tools": {
            "mode": "required", "tools": [{"type": "function", "function": {"name": "get_time"}}]}})
        self.assertEqual({call.function.name for call in choice.message.tool_calls}, {"get_time"})

    def test_streamed_arguments_come_in_parts(self):
        parts = list(self.chat("Switch the kitchen light on.", tools=TOOLS, stream=True,
                               max_completion_tokens=200, parallel_tool_calls=False, tool_choice={
                                   "type": "function", "function": {"name": "set_light"}}))
        deltas = [call for part in parts if part.choices
                  for call in part.choices[0].delta.tool_calls or []]
        self.assertEqual(deltas[0].function.name, "set_light")
        arguments = "".join(delta.function.arguments or "" for delta in deltas)
        self.assertEqual(set(json.loads(arguments)), {"room", "on"})

    def test_auto_stays_free(self):
        choice = self.calls("What is the capital of France?", tool_choice="auto")
        self.assertTrue(choice.message.content or choice.message.tool_calls)
        for call in choice.message.tool_calls or []:
            json.loads(call.function.arguments)

    def test_the_parse_helper_reads_calls(self):
        answer = self.client.chat.completions.parse(
            model=MODEL, messages=[{"role": "user", "content": "Switch the kitchen light on."}],
            tools=[openai.pydantic_function_tool(Light)], tool_choice="required",
            parallel_tool_calls=False, max_completion_tokens=200)
        call = answer.choices[0].message.tool_calls[0]
        self.assertIsInstance(call.function.parsed_arguments, Light)

    def test_a_tool_loop_goes_round(self):
        messages = [{"role": "user", "content": "Switch the kitchen light on."}]
        answer = self.client.chat.completions.create(
            model=MODEL, messages=messages, tools=TOOLS, tool_choice="required",
            parallel_tool_calls=False, max_completion_tokens=200)
        call = answer.choices[0].message.tool_calls[0]
        messages += [answer.choices[0].message.model_dump(exclude_none=True),
                     {"role": "tool", "tool_call_id": call.id, "content": "done"}]
        last = self.client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS,
                                                   tool_choice="none", max_completion_tokens=20)
        self.assertTrue(last.choices[0].message.content)

    def test_responses_call_too(self):
        answer = self.client.responses.create(
            model=MODEL, input="Switch the kitchen light on.", max_output_tokens=200,
            parallel_tool_calls=False, tool_choice="required",
            tools=[{"type": "function"} | TOOLS[0]["function"]])
        call = next(item for item in answer.output if item.type == "function_call")
        self.assertTrue(re.fullmatch(r'\{"room": "(kitchen|bath)", "on": (true|false)\}',
                                     call.arguments), call.arguments)

    def test_demands_that_make_no_sense_are_refused(self):
        user = {"messages": [{"role": "user", "content": "hi"}]}
        self.refusal(CHAT, user | {"tool_choice": "required"}, param="tool_choice")
        self.refusal(CHAT, user | {"tools": TOOLS, "tool_choice": {
            "type": "function", "function": {"name": "other"}}},
            param="tool_choice.function.name")
        broken = [{"type": "function", "function": {"name": "f", "strict": True, "parameters": {
            "type": "object", "properties": {"a": {"type": "string"}}}}}]
        error = self.refusal(CHAT, user | {"tools": [TOOLS[1]] + broken},
                             param="tools[1].function.parameters",
                             code="invalid_function_parameters")
        self.assertIn("'f'", error["message"])
        self.refusal("/v1/responses", {"input": "hi", "tools": [
            {"type": "function"} | broken[0]["function"]]},
            param="tools[0].parameters", code="invalid_function_parameters")
        self.refusal(CHAT, user | {"tools": [TOOLS[1], TOOLS[1]]}, param="tools[1].function.name")


class ScoreTest(ApiCase):
    def scores(self, **fields):
        return self.post("/v1/byeol/score", fields)

    def test_scores_are_the_sums_of_log_probabilities(self):
        choices = [" Paris", " London, of course", " Par"]
        answer = self.scores(prompt="The capital of France is", choices=choices)
        self.assertEqual(answer["best"], 0)
        for rated in answer["choices"]:
            given = self.client.completions.create(
                model=MODEL, prompt="The capital of France is", logprobs=0, max_tokens=20,
                extra_body={"choice": [rated["text"]]}).choices[0].logprobs
            self.assertEqual(len(given.tokens), rated["tokens"])
            self.assertAlmostEqual(sum(given.token_logprobs), rated["logprob"], places=3)
        self.assertAlmostEqual(sum(rated["probability"] for rated in answer["choices"]), 1)
        ordered = sorted((rated["logprob"] for rated in answer["choices"]), reverse=True)
        self.assertAlmostEqual(answer["margin"], ordered[0] - ordered[1])

    def test_a_prompt_that_is_not_cached_gives_the_same(self):
        rated, choices = [], ["Yes", " No, not really"]
        for question in ("Is the Dead Sea salty, or is it not?", "Which animal has a trunk?"):
            rated.append([self.scores(prompt=question, choices=choices)["choices"]
                          for _ in range(3)])
            self.assertEqual(rated[-1][0], rated[-1][1])
            self.assertEqual(rated[-1][0], rated[-1][2])
        self.assertNotEqual(rated[0], rated[1])

    def test_they_are_the_same_every_time_and_of_a_chat_too(self):
        question = {"messages": [{"role": "user", "content": "Is the sea salty?"}],
                    "choices": ["Yes", "No"]}
        self.assertEqual(self.scores(**question), self.scores(**question))
        self.assertIsNone(self.scores(prompt="a", choices=["b"])["margin"])

    def test_bad_ones_are_refused(self):
        path = "/v1/byeol/score"
        self.refusal(path, {"choices": ["a"]}, param="messages")
        self.refusal(path, {"prompt": "a"}, param="choices")
        self.refusal(path, {"prompt": "a", "choices": ["b", ""]}, param="choices[1]")
        self.refusal(path, {"prompt": "a", "choices": ["long " * 5000]})
