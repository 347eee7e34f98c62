"""OpenAI's shapes as JSON Schemas: reads the notation of shapes.txt, and checks values by name.

    problem("CreateChatCompletionResponse", value)     None, or what is wrong and where
"""
import functools
import pathlib
import re

import jsonschema

TOKEN = re.compile(r'\s*(?:(?P<text>"[^"]*")|(?P<range>\(-?\d*\.\.-?\d*\))'
                   r'|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w-]*)|(?P<mark>\S))')
PLAIN = {"any": {}, "null": {"type": "null"}, "string": {"type": "string"},
         "integer": {"type": "integer"}, "number": {"type": "number"},
         "boolean": {"type": "boolean"}, "true": {"const": True}, "false": {"const": False}}


class Notation:
    """A parser of one shape: union = all_of ('|' all_of)*, all_of = one ('&' one)*."""

    def __init__(self, text):
        self.tokens = [(match.lastgroup, match[match.lastgroup]) for match in TOKEN.finditer(text)]
        self.at = 0

    def next_is(self, mark):
        if self.at < len(self.tokens) and self.tokens[self.at] == ("mark", mark):
            self.at += 1
            return True
        return False

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, mark):
        if not self.next_is(mark):
            raise ValueError(f"expected {mark!r} at {self.tokens[self.at:][:5]}")

    def shape(self):
        schema = self.union()
        if self.at != len(self.tokens):
            raise ValueError(f"expected the end at {self.tokens[self.at:][:5]}")
        return schema

    def union(self):
        options = [self.all_of()]
        while self.next_is("|"):
            options.append(self.all_of())
        if self.next_is("="):  # A default: says nothing about what is sent.
            self.take()
        if all("const" in option for option in options):
            return {"enum": [option["const"] for option in options]}
        return options[0] if len(options) == 1 else {"anyOf": options}

    def all_of(self):
        parts = [self.one()]
        while self.next_is("&"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else {"allOf": parts}

    def one(self):
        if self.next_is("["):
            items = self.union()
            self.expect("]")
            return {"type": "array", "items": items}
        if self.next_is("{"):
            return self.fields()
        kind, text = self.take()
        if kind == "text":
            return {"const": text[1:-1]}
        if kind != "name":
            raise ValueError(f"expected a shape instead of {text!r}")
        if text == "map":
            self.expect("<")
            values = self.union()
            self.expect(">")
            return {"type": "object", "additionalProperties": values}
        schema = dict(PLAIN[text]) if text in PLAIN else {"$ref": "#/$defs/" + text}
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "range":
            low, high = self.take()[1][1:-1].split("..")
            schema |= {"minimum": int(low)} if low else {}
            schema |= {"maximum": int(high)} if high else {}
        return schema

    def fields(self):
        properties, required = {}, []
        while not self.next_is("}"):
            name = self.take()[1]
            if not self.next_is("?"):
                required.append(name)
            self.expect(":")
            properties[name] = self.union()
            self.next_is(",")
        return {"type": "object", "properties": properties, "required": required}


@functools.cache
def definitions():
    shapes = {}
    for line in pathlib.Path(__file__).with_name("shapes.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, text = line.partition(" = ")
            shapes[name] = Notation(text).shape()
    named = set(re.findall(r"#/\$defs/([\w-]+)", str(shapes)))
    if named - shapes.keys():
        raise ValueError(f"shapes.txt names what it does not define: {named - shapes.keys()}")
    return shapes


@functools.cache
def validator(name):
    if name not in definitions():
        raise KeyError(f"shapes.txt has no {name}")
    return jsonschema.Draft202012Validator({"$ref": "#/$defs/" + name, "$defs": definitions()})


@functools.cache
def event_shapes():
    """The type of an event of a response -> the name of its shape."""
    return {shape["properties"]["type"]["enum"][0]: name for name, shape in definitions().items()
            if name.startswith("Response") and name.endswith("Event") and "properties" in shape}


def problem(name, value):
    if name == "ResponseStreamEvent":  # By its type, for a message that names the field.
        name = event_shapes().get(value.get("type"), name)
    error = jsonschema.exceptions.best_match(validator(name).iter_errors(value))
    return error and f"{name}: {error.json_path}: {error.message[:300]}"
