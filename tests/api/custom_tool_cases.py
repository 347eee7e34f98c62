"""Tools that take a text instead of JSON, any or one of a grammar."""
import re

import openai

from api_case import MODEL, ApiCase

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
SUM = 'start: NUMBER ("+\\n" NUMBER)~1..3\nNUMBER: /"[0-9]{2,4}"/'
IS_SUM = re.compile(r'"[0-9]{2,4}"(\+\n"[0-9]{2,4}"){1,3}\Z')
GRAMMAR = {"syntax": "lark", "definition": SUM}
FUNCTION = {"name": "get_time", "description": "The time", "parameters": {
    "type": "object", "properties": {"zone": {"type": "string"}}}}


def custom(name, grammar=None, **more):
    tool = {"name": name, "description": "Takes a text."} | more
    return {"type": "custom", "custom": tool | (
        {"format": {"type": "grammar", "grammar": grammar}} if grammar else {})}


def flat(name, grammar=None, **more):
    tool = {"type": "custom", "name": name, "description": "Takes a text."} | more
    return tool | ({"format": {"type": "grammar"} | grammar} if grammar else {})


TOOLS = [{"type": "function", "function": FUNCTION}, custom("add", GRAMMAR), custom("say")]
FLAT_TOOLS = [{"type": "function"} | FUNCTION, flat("add", GRAMMAR), flat("say")]
ADD = {"type": "custom", "custom": {"name": "add"}}
SAY = {"type": "custom", "custom": {"name": "say"}}


class CustomToolTest(ApiCase):
    def ask(self, choice=ADD, **more):
        return self.chat("Add 12 and 30.", **({
            "tools": TOOLS, "tool_choice": choice, "parallel_tool_calls": False,
            "max_completion_tokens": 200} | more))

    def test_the_input_is_of_the_grammar(self):
        for temperature in (0, 1):
            choice = self.ask(temperature=temperature, seed=3).choices[0]
            self.assertEqual(choice.finish_reason, "tool_calls")
            self.assertIsNone(choice.message.content)
            call, = choice.message.tool_calls
            self.assertEqual((call.type, call.custom.name), ("custom", "add"))
            self.assertTrue(call.id.startswith("call_"))
            self.assertRegex(call.custom.input, IS_SUM)

    def test_a_regular_expression_with_what_json_escapes(self):
        for regex in (r'[\x00-\x1f"\\]{4}', r'\{"input": "[^a]"\}', "(가|😀|\\n){3}"):
            call, = self.ask(tools=[custom("add", {"syntax": "regex", "definition": regex})],
                             temperature=1, seed=1).choices[0].message.tool_calls
            self.assertRegex(call.custom.input, regex + r"\Z")

    def test_any_text_where_there_is_no_grammar(self):
        call, = self.ask(SAY, max_completion_tokens=60).choices[0].message.tool_calls
        self.assertEqual((call.type, call.custom.name), ("custom", "say"))
        self.assertIsInstance(call.custom.input, str)
        text = {"type": "custom", "custom": {"name": "say", "format": {"type": "text"}}}
        call, = self.ask(SAY, tools=[text],
                         max_completion_tokens=60).choices[0].message.tool_calls
        self.assertEqual(call.custom.name, "say")

    def test_streamed_input_is_the_same(self):
        whole = self.ask().choices[0].message.tool_calls[0].custom.input
        for _ in range(2):
            parts = [call for part in self.ask(stream=True) if part.choices
                     for call in part.choices[0].delta.tool_calls or []]
            self.assertEqual(parts[0].type, "custom")
            self.assertEqual(parts[0].custom, {"name": "add", "input": ""})
            self.assertTrue(parts[0].id)
            self.assertGreater(len(parts), 4)
            for part in parts[1:]:
                self.assertEqual((part.index, part.id, part.function), (0, None, None))
            self.assertEqual("".join(part.custom["input"] for part in parts), whole)

    def test_allowed_tools_and_functions_beside_them(self):
        allowed = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [ADD]}}
        call, = self.ask(allowed).choices[0].message.tool_calls
        self.assertRegex(call.custom.input, IS_SUM)
        call, = self.ask({"type": "function", "function": {"name": "get_time"}}
                         ).choices[0].message.tool_calls
        self.assertEqual((call.type, call.function.name), ("function", "get_time"))
        for seed in range(6):
            for call in self.ask("required", temperature=1.5, seed=seed
                                 ).choices[0].message.tool_calls:
                if call.type == "function":
                    self.assertEqual(call.function.name, "get_time")
                elif call.custom.name == "add":
                    self.assertRegex(call.custom.input, IS_SUM)

    def test_a_tool_loop_goes_round(self):
        messages = [{"role": "user", "content": "Add 12 and 30."}]
        answer = self.ask(messages=messages).choices[0].message
        messages += [answer.model_dump(exclude_none=True),
                     {"role": "tool", "tool_call_id": answer.tool_calls[0].id, "content": "42"}]
        last = self.ask("none", messages=messages, max_completion_tokens=20)
        self.assertTrue(last.choices[0].message.content)

    def test_a_call_of_the_history_is_what_the_model_wrote(self):
        def tokens(call):
            return self.post("/tokenize", {"tools": TOOLS, "messages": [
                {"role": "user", "content": "Add."},
                {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1"} | call]},
                {"role": "tool", "tool_call_id": "call_1", "content": "42"}]})["tokens"]
        self.assertEqual(
            tokens({"type": "custom", "custom": {"name": "add", "input": '"12"+\n"30"'}}),
            tokens({"type": "function", "function": {
                "name": "add", "arguments": '{"input": "\\"12\\"+\\n\\"30\\""}'}}))

    def test_what_cannot_be_kept_is_refused(self):
        path = "tools[0].custom.format.grammar.definition"
        for grammar in ({"syntax": "lark", "definition": "start: other"},
                        {"syntax": "lark", "definition": "start: \"a\" start"},
                        {"syntax": "regex", "definition": "("},
                        {"syntax": "regex", "definition": "(a|b)*a(a|b){40}"}):
            error = self.refusal(CHAT, self.chat_body(tools=[custom("add", grammar)]), param=path)
            self.assertTrue(error["message"].startswith("Invalid grammar for custom tool 'add': "))
            self.refusal(RESPONSES, {"input": "hi", "tools": [FLAT_TOOLS[0], flat("add", grammar)]},
                         param="tools[1].format.definition")
        for tool, param in (
                ({"type": "custom"}, "tools[0].custom"),
                (custom("a b"), "tools[0].custom.name"),
                (custom("a", {"syntax": "gbnf", "definition": "root ::= \"a\""}),
                 "tools[0].custom.format.grammar.syntax"),
                (custom("a", format={"type": "json"}), "tools[0].custom.format.type"),
                (custom("get_time"), "tools[1].function.name")):
            self.refusal(CHAT, self.chat_body(tools=[tool, TOOLS[0]]), param=param)
        for choice, param in ((ADD | {"custom": {"name": "get_time"}}, "tool_choice.custom.name"),
                              ({"type": "function", "function": {"name": "add"}},
                               "tool_choice.function.name")):
            self.refusal(CHAT, self.chat_body(tools=TOOLS, tool_choice=choice), param=param)
        with self.assertRaises(openai.BadRequestError):
            self.ask(tools=[custom("add", {"syntax": "lark", "definition": "start: ("})])


class CustomToolResponsesTest(ApiCase):
    OPTIONS = {"tools": FLAT_TOOLS, "tool_choice": {"type": "custom", "name": "add"},
               "temperature": 0, "max_output_tokens": 200, "parallel_tool_calls": False}

    def respond(self, given="Add 12 and 30.", **more):
        return self.client.responses.create(model=MODEL, input=given, **(self.OPTIONS | more))

    def test_the_input_is_of_the_grammar(self):
        answer = self.respond()
        call, = answer.output
        self.assertEqual((call.type, call.name, call.to_dict()["status"]),
                         ("custom_tool_call", "add", "completed"))
        self.assertTrue(call.id.startswith("ctc_"))
        self.assertTrue(call.call_id.startswith("call_"))
        self.assertRegex(call.input, IS_SUM)
        self.assertEqual(answer.tools[1].to_dict(), FLAT_TOOLS[1])
        self.assertEqual(answer.tools[2].to_dict(), FLAT_TOOLS[2] | {"format": {"type": "text"}})
        self.assertEqual(answer.tool_choice.to_dict(), self.OPTIONS["tool_choice"])

    def test_the_events_of_a_call_come_in_their_order(self):
        events = self.events(RESPONSES, self.OPTIONS | {"input": "Add 12 and 30.", "stream": True})
        kinds = [event.removeprefix("response.") for event, _ in events]
        deltas = kinds.count("custom_tool_call_input.delta")
        self.assertGreater(deltas, 3)
        self.assertEqual(kinds, ["created", "in_progress", "output_item.added"]
                         + ["custom_tool_call_input.delta"] * deltas
                         + ["custom_tool_call_input.done", "output_item.done", "completed"])
        data = [json for _, json in events]
        text = "".join(json["delta"] for json in data[3:-3])
        self.assertRegex(text, IS_SUM)
        self.assertEqual(data[2]["item"]["input"], "")
        self.assertEqual(data[-3]["input"], text)
        self.assertEqual(data[-2]["item"]["input"], text)
        self.assertEqual(data[-1]["response"]["output"], [data[-2]["item"]])
        for json in data[3:-2]:
            self.assertEqual((json["item_id"], json["output_index"]), (data[2]["item"]["id"], 0))

    def test_the_clients_events_are_typed(self):
        text = "".join(event.delta for event in self.respond(stream=True)
                       if event.type == "response.custom_tool_call_input.delta")
        self.assertEqual(text, self.respond().output[0].input)

    def test_a_call_that_is_cut_is_incomplete(self):
        long = flat("add", {"syntax": "regex", "definition": "[a-z]{400}"})
        answer = self.respond(tools=[long], max_output_tokens=30)
        self.assertEqual(answer.status, "incomplete")
        self.assertEqual(answer.output[0].to_dict()["status"], "incomplete")
        self.assertRegex(answer.output[0].input, r"\A[a-z]+\Z")

    def test_a_stored_call_is_answered(self):
        first = self.respond()
        call, = first.output
        output = {"type": "custom_tool_call_output", "call_id": call.call_id, "output": "42"}
        more = {"tool_choice": "none", "max_output_tokens": 16}
        second = self.respond([output], previous_response_id=first.id, **more)
        whole = self.respond([{"role": "user", "content": "Add 12 and 30."},
                              call.to_dict(), output], **more)
        self.assertEqual(second.usage.input_tokens, whole.usage.input_tokens)
        self.assertEqual(second.output_text, whole.output_text)
        items = self.client.responses.input_items.list(whole.id, order="asc").data
        self.assertEqual([item.type for item in items],
                         ["message", "custom_tool_call", "custom_tool_call_output"])
        self.assertEqual(items[1].input, call.input)
        self.assertTrue(items[2].id.startswith("ctco_"))
        by_id = self.respond([{"role": "user", "content": "Add 12 and 30."},
                              {"type": "item_reference", "id": call.id}, output], **more)
        self.assertEqual(by_id.output_text, whole.output_text)
        found = self.client.responses.retrieve(first.id)
        self.assertEqual(found.model_dump(), first.model_dump())

    def test_allowed_tools_are_told_back(self):
        choice = {"type": "allowed_tools", "mode": "required",
                  "tools": [{"type": "custom", "name": "add"}]}
        answer = self.respond(tool_choice=choice)
        self.assertEqual(answer.tool_choice.to_dict(), choice)
        self.assertRegex(answer.output[0].input, IS_SUM)
