#!/usr/bin/env python3
"""Writes tests/golden/template/*.json: what Python's jinja2 makes of templates.

    ./byeol golden make_template_golden

The environment is the one that Hugging Face's transformers builds for chat templates: an immutable
sandbox with trim_blocks and lstrip_blocks, loop controls, {% generation %} as a scope, tojson by
json.dumps without ASCII escapes, raise_exception and strftime_now (here at a fixed time in UTC).
  small.json   one entry per source of small_sources.txt (separated by lines of %%%)
  X.json       the conversations below through X.jinja. smollm2.jinja is the model's own
               (Apache-2.0); the others were written for these tests after the shapes of their
               families and hold no vendor's text.
An entry holds "output", or "error" (jinja2's words, for the reader) and, where the template itself
raised it, "raised" (the text that our error must contain).
"""
# requires: Jinja2==3.1.6
import datetime
import json
from pathlib import Path

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

FOLDER = Path(__file__).resolve().parents[2] / "tests/golden/template"
NOW = 1721952000 + 5 * 3600 + 7 * 60 + 9


class Raised(jinja2.exceptions.TemplateError):
    pass


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        call = self.call_method("_body")
        return jinja2.nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise Raised(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators,
                      sort_keys=sort_keys)


def strftime_now(form):
    return datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc).strftime(form)


ENVIRONMENT = jinja2.sandbox.ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
ENVIRONMENT.filters["tojson"] = tojson
ENVIRONMENT.globals["raise_exception"] = raise_exception
ENVIRONMENT.globals["strftime_now"] = strftime_now


def entry(source, context):
    try:
        return {"output": ENVIRONMENT.from_string(source).render(**context)}
    except Raised as error:
        return {"error": "raised", "raised": str(error)}
    except Exception as error:  # Whatever Python says: ours must be an error, too.
        return {"error": f"{type(error).__name__}: {error}"}


SMALL_CONTEXT = {
    "s": "  hELLO wORLD ",
    "d": {"a": 1, "b": {"c": "deep"}, "k e y": [1, 2]},
    "ms": [{"role": "system", "content": "S"}, {"role": "user", "content": "hi 안녕"},
           {"role": "assistant", "content": "yes", "tool": True},
           {"role": "user", "content": "bye"}],
}

CITY = {"type": "string", "description": "도시, e.g. 서울", "enum": ["서울", "부산"]}
TOOLS = [
    {"type": "function", "function": {
        "name": "get_weather", "description": "Weather of a \"city\" <now>",
        "parameters": {"type": "object", "properties": {
            "city": CITY,
            "days": {"type": "integer", "default": 1},
            "tags": {"type": "array", "items": {"type": "string"}},
            "where": {"type": "object", "properties": {"x": {"type": "number"},
                                                       "y": {"type": "number"}},
                      "required": ["x"]},
            "either": {"oneOf": [{"type": "string"}, {"type": "boolean"}]},
        }, "required": ["city"]}}},
    {"type": "function", "function": {
        "name": "now", "description": "Time", "parameters": {"type": "object", "properties": {}}}},
]


def call(number, name="get_weather", **arguments):
    return {"id": f"call{number:05}", "type": "function",
            "function": {"name": name, "arguments": arguments}}


SYSTEM = {"role": "system", "content": " Be brief.\n"}
HI = {"role": "user", "content": " Hello 안녕 👋 "}
ANSWER = {"role": "assistant", "content": "Hi there!\n"}
ASK = {"role": "user", "content": "Weather in 서울?"}
CALL = {"role": "assistant", "content": "",
        "tool_calls": [call(1, city="서울", days=2, exact=1.5, deep={"a": [None, True]})]}
TWO_CALLS = {"role": "assistant", "content": "Looking.",
             "tool_calls": [call(1, city="서울"), call(2, name="now")]}
RESULT = {"role": "tool", "content": "{\"sky\": \"rain\"}", "tool_call_id": "call00001"}
RESULT_2 = {"role": "tool", "content": "12:00", "tool_call_id": "call00002"}
THOUGHT = {"role": "assistant", "content": "<think>\nhm, 음\n</think>\n\nIt rains."}
REASONED = {"role": "assistant", "content": "It rains.", "reasoning_content": "I see rain.",
            "thinking": "I see rain."}

CONVERSATIONS = {
    "one user turn": dict(messages=[HI]),
    "without the generation prompt": dict(messages=[HI], add_generation_prompt=False),
    "system": dict(messages=[SYSTEM, HI]),
    "two turns": dict(messages=[HI, ANSWER, ASK]),
    "system and two turns": dict(messages=[SYSTEM, HI, ANSWER, ASK]),
    "ends with the assistant": dict(messages=[HI, ANSWER], add_generation_prompt=False),
    "tools": dict(messages=[ASK], tools=TOOLS),
    "system and tools": dict(messages=[SYSTEM, ASK], tools=TOOLS),
    "a tool call": dict(messages=[SYSTEM, ASK, CALL, RESULT], tools=TOOLS),
    "two tool calls": dict(messages=[ASK, TWO_CALLS, RESULT, RESULT_2], tools=TOOLS),
    "a tool call and its answer": dict(messages=[ASK, CALL, RESULT, ANSWER, HI], tools=TOOLS),
    "thinking in the content": dict(messages=[ASK, THOUGHT, HI]),
    "thinking at the end": dict(messages=[ASK, THOUGHT], add_generation_prompt=False),
    "reasoning content": dict(messages=[ASK, CALL, RESULT, REASONED], tools=TOOLS,
                              add_generation_prompt=False),
    "thinking off": dict(messages=[HI], enable_thinking=False),
    "thinking on": dict(messages=[HI], enable_thinking=True, reasoning_effort="high"),
    "two user turns": dict(messages=[HI, ASK]),
    "a tool result alone": dict(messages=[HI, RESULT]),
    "parts": dict(messages=[{"role": "user", "content": [{"type": "text", "text": " a "},
                                                         {"type": "text", "text": "b"}]}]),
    "tools outside of the user turn": dict(messages=[SYSTEM, ASK], tools=TOOLS,
                                           tools_in_user_message=False,
                                           date_string="1 Jan 2025"),
    "built-in tools": dict(messages=[ASK, CALL, RESULT], builtin_tools=["get_weather",
                                                                        "code_interpreter"]),
    "no messages": dict(messages=[]),
    "an unknown role": dict(messages=[{"role": "wizard", "content": "x"}]),
}


def write(name, context, cases):
    head = {"made_by": "./byeol golden make_template_golden", "jinja2": jinja2.__version__,
            "now_seconds": NOW}
    if context is not None:
        head["context"] = context
    text = json.dumps(head | {"cases": cases}, ensure_ascii=False, indent=1)
    (FOLDER / name).write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {len(cases)} cases, {sum('error' in case for case in cases)} errors")


def main():
    sources = (FOLDER / "small_sources.txt").read_text(encoding="utf-8")[:-1].split("\n%%%\n")
    write("small.json", SMALL_CONTEXT,
          [{"source": source} | entry(source, SMALL_CONTEXT) for source in sources])
    for path in sorted(FOLDER.glob("*.jinja")):
        cases = []
        for name, inputs in CONVERSATIONS.items():
            context = {"tools": None, "documents": None, "add_generation_prompt": True,
                       "bos_token": "<s>", "eos_token": "</s>"} | inputs
            source = path.read_bytes().decode("utf-8")
            cases.append({"name": name, "context": context} | entry(source, context))
        write(path.with_suffix(".json").name, None, cases)


if __name__ == "__main__":
    main()
