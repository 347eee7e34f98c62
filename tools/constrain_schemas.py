"""Schemas with instances, from a seed: what constrain_against.py compares engines with.

Each is {"id", "focus", "schema", "instances": [{"text", "valid"}]}: `focus` is the keyword that it
is about, or the kind of API that it has the shape of. Makers give a schema and candidates; PyPI's
jsonschema says which of those are valid (draft 2020-12, formats checked). Texts are compact JSON
with an object's properties in the schema's order and others behind them.
"""
import copy
import json
import random

from jsonschema import Draft202012Validator

WORDS = ("id name title status kind value count price email city country created updated owner "
         "tags limit offset page query token user order device mode level color width height "
         "note reason url lang unit score active parent").split()
TEXTS = ["", "a", "ab", "abc", "hello world", "가나다", "naïve", "x\"y", "back\\slash", "tab\there",
         "😀", "A1-b_2", "2024-02-29", "0", "-1", "true", "null", "line\nbreak", "z" * 40]
NUMBERS = [0, 1, -1, 2, 3, 5, 7, 10, 12, 15, 42, 99, 100, 101, 255, 256, 1000, 65535, -7, -100,
           0.5, -0.5, 1.5, 2.25, 3.14, 99.9, 100.5, -273.15, 0.01, 123456789]
OTHERS = [None, True, False, 1, -2.5, "text", [], [1], {}, {"a": 1}]
PATTERNS = [
    ("^[a-z]+$", ["abc", "z", "Abc", "", "a1"]),
    ("^[A-Z]{2}-\\d{4}$", ["AB-1234", "AB-123", "ab-1234", "AB-12345"]),
    ("^(red|green|blue)$", ["red", "blue", "reds", "yellow"]),
    ("\\d", ["a1b", "7", "abc", ""]),
    ("^x", ["x", "xyz", "ax", ""]),
    ("y$", ["y", "xy", "yx", ""]),
    ("^[0-9a-f]{8}$", ["deadbeef", "deadbee", "DEADBEEF", "00000000"]),
    ("^\\+?[0-9]{3,5}(-[0-9]{2})*$", ["+12345-67", "123", "12", "123-4", "123-45-67"]),
    ("^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", ["a@b.co", "a@b", "a b@c.de", "x.y@z.org"]),
    ("^[가-힣]{1,4}$", ["가나다", "가", "가나다라마", "abc"]),
    ("^(?!no).*$", ["yes", "no", "nope", "", "on"]),
    ("^\\S(.*\\S)?$", ["a b", "a", " a", "a ", ""]),
    ("^v(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$", ["v1.0", "v01.0", "v10.20", "1.0", "v1."]),
    ("^(a|b)*abb$", ["abb", "aabb", "babb", "ab", ""]),
    ("^/[a-z]+(/[a-z{}]+)*$", ["/a", "/a/{b}", "a", "/a/"]),
    ("[\"\\\\]", ["a\"b", "a\\b", "ab", ""]),
]
FORMATS = {
    "date": ["2024-02-29", "2023-02-29", "1999-12-31", "2024-13-01", "2024-1-1", "x"],
    "time": ["12:30:00Z", "23:59:59+09:00", "24:00:00Z", "12:30", "01:02:03.5Z"],
    "date-time": ["2024-02-29T12:30:00Z", "2024-02-30T12:30:00Z", "2024-01-01T00:00:00+09:00",
                  "2024-01-01 00:00:00Z", "2024-01-01"],
    "email": ["a@b.co", "a", "user.name@example.org", "@"],
    "ipv4": ["127.0.0.1", "256.0.0.1", "1.2.3", "10.0.0.255", "01.2.3.4"],
    "ipv6": ["::1", "2001:db8::8a2e:370:7334", "1::2::3", "12345::", "fe80::1:2:3:4"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000",
             "123e4567e89b12d3a456426614174000", "x"],
    "uri": ["https://example.org/a?b=c#d", "urn:a:b", "/relative", "http://[", "a b"],
    "hostname": ["example.org", "a-b.c", "-a.b", "a..b", "x" * 64],
    "duration": ["P1D", "PT1H30M", "P1Y2M3DT4H5M6S", "P", "1D", "P2W"],
    "json-pointer": ["", "/a/b~0c", "a", "/a~2"],
}


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.makers = {name.removeprefix("make_"): getattr(self, name)
                       for name in sorted(dir(self)) if name.startswith("make_")}
        self.shapes = {name.removeprefix("shape_"): getattr(self, name)
                       for name in sorted(dir(self)) if name.startswith("shape_")}

    # Leaves.

    def some(self, values, count):
        return self.random.sample(values, min(count, len(values)))

    def number(self):
        return self.random.choice(NUMBERS)

    def near(self, *limits):
        """Numbers at limits and beside them."""
        found = [limit + step for limit in limits for step in (0, 1, -1, 0.5, -0.5)]
        return [plain(value) for value in found] + self.some(NUMBERS, 4)

    def make_type(self):
        kind = self.random.choice(["string", "integer", "number", "boolean", "null", "array",
                                   "object", ["string", "null"], ["integer", "boolean"],
                                   ["array", "object", "number"]])
        return {"type": kind}, OTHERS + ["가", "a\"b", 3.5]

    def make_enum(self):
        values = self.some(OTHERS + TEXTS, self.random.randint(1, 6))
        return {"enum": values}, values + self.some(TEXTS + NUMBERS + OTHERS, 5)

    def make_const(self):
        value = self.random.choice([{"a": [1, "x"]}, [1, 2], "on", 3, None, True, 2.5])
        return {"const": value}, [value] + OTHERS

    def make_minLength(self):
        low = self.random.randint(0, 5)
        return {"type": "string", "minLength": low}, TEXTS

    def make_maxLength(self):
        return {"type": "string", "maxLength": self.random.choice([0, 1, 2, 3, 5, 11, 40])}, TEXTS

    def make_pattern(self):
        pattern, texts = self.random.choice(PATTERNS)
        return {"type": "string", "pattern": pattern}, texts + self.some(TEXTS, 4)

    def make_pattern_with_length(self):
        pattern, texts = self.random.choice(PATTERNS)
        low = self.random.randint(0, 4)
        return ({"type": "string", "pattern": pattern, "minLength": low,
                 "maxLength": low + self.random.randint(0, 6)}, texts + self.some(TEXTS, 4))

    def make_format(self):
        name = self.random.choice(sorted(FORMATS))
        return {"type": "string", "format": name}, FORMATS[name]

    def make_minimum(self):
        limit = self.number()
        return ({"type": self.random.choice(["integer", "number"]), "minimum": limit},
                self.near(limit))

    def make_maximum(self):
        limit = self.number()
        return ({"type": self.random.choice(["integer", "number"]), "maximum": limit},
                self.near(limit))

    def make_exclusiveMinimum(self):
        limit = self.number()
        return {"type": "number", "exclusiveMinimum": limit}, self.near(limit)

    def make_exclusiveMaximum(self):
        limit = self.number()
        return {"type": "integer", "exclusiveMaximum": limit}, self.near(limit)

    def make_both_bounds(self):
        low, high = sorted([self.number(), self.number()])
        return ({"type": self.random.choice(["integer", "number"]), "minimum": low,
                 "maximum": high}, self.near(low, high))

    def make_multipleOf(self):
        step = self.random.choice([1, 2, 3, 5, 7, 10, 12, 100, 0.5, 0.25])
        return ({"type": self.random.choice(["integer", "number"]), "multipleOf": step},
                [plain(value) for value in (step, 2 * step, 13 * step, -step, 0, step + 1, 11)] +
                self.some(NUMBERS, 5))

    # Arrays.

    def leaf(self):
        """A schema and values of which some are valid, and some are not."""
        while True:
            schema, values = self.makers[self.random.choice(
                ["type", "enum", "minLength", "maxLength", "pattern", "minimum", "both_bounds",
                 "const", "format"])]()
            valid, invalid = split(schema, values)
            if valid and invalid:
                return schema, valid, invalid

    def lists(self, valid, invalid, counts=(0, 1, 2, 3, 4, 6)):
        found = [self.random.choices(valid, k=count) for count in counts]
        found += [[*self.random.choices(valid, k=self.random.randint(0, 2)),
                   self.random.choice(invalid)] for _ in range(3)]
        return found

    def make_items(self):
        schema, valid, invalid = self.leaf()
        return {"type": "array", "items": schema}, self.lists(valid, invalid) + [{}]

    def make_minItems(self):
        schema, valid, invalid = self.leaf()
        return ({"type": "array", "items": schema, "minItems": self.random.randint(1, 4)},
                self.lists(valid, invalid))

    def make_maxItems(self):
        schema, valid, invalid = self.leaf()
        return ({"type": "array", "items": schema, "maxItems": self.random.randint(0, 4)},
                self.lists(valid, invalid))

    def make_prefixItems(self):
        parts = [self.leaf() for _ in range(self.random.randint(1, 3))]
        schema = {"type": "array", "prefixItems": [part[0] for part in parts]}
        rest = self.random.choice([None, False, {"type": "integer"}])
        if rest is not None:
            schema["items"] = rest
        right = [self.random.choice(part[1]) for part in parts]
        wrong = [self.random.choice(part[2]) for part in parts]
        return schema, [right, right[:-1], right + [1], right + ["x"], wrong, [], right + [1, 2]]

    def make_contains(self):
        values = self.some(["a", "b", "c", "d", "e"], 3)
        schema = {"type": "array", "items": {"enum": values}, "contains": {"const": values[0]},
                  "maxItems": 4}
        if self.random.random() < 0.5:
            schema["minContains"] = self.random.randint(0, 2)
        if self.random.random() < 0.5:
            schema["maxContains"] = self.random.randint(1, 3)
        return schema, [self.random.choices(values, k=count) for count in (0, 1, 2, 2, 3, 3, 4, 4)]

    def make_uniqueItems(self):
        values = self.some(["a", "b", "c", "d", 1, 2, None], self.random.randint(2, 4))
        return ({"type": "array", "items": {"enum": values}, "uniqueItems": True},
                [values, values[::-1], values[:1] * 2, [], values + values[:1], values[:2], ["z"]])

    # Objects.

    def fields(self, count):
        """{name: (schema, valid values, invalid values)}, in the schema's order."""
        return {name: self.leaf() for name in self.some(WORDS, count)}

    def objects(self, fields, required=()):
        """Of all fields, without some, with a wrong one, with one more."""
        def right(names):
            return {name: copy.deepcopy(self.random.choice(fields[name][1])) for name in fields
                    if name in names}
        names = list(fields)
        found = [right(names), right(names), right(required), right(names[1:]), right(names[:1])]
        found += [right(set(self.some(names, self.random.randint(0, len(names)))))
                  for _ in range(3)]
        for _ in range(2):
            wrong = right(names)
            name = self.random.choice(names)
            wrong[name] = copy.deepcopy(self.random.choice(fields[name][2]))
            found.append(wrong)
        found.append(right(names) | {"zz_more": self.random.choice(OTHERS)})
        return found

    def object_of(self, fields, **more):
        return {"type": "object", "properties": {name: field[0] for name, field in fields.items()},
                **more}

    def make_properties(self):
        fields = self.fields(self.random.randint(1, 5))
        return self.object_of(fields), self.objects(fields) + [[]]

    def make_required(self):
        fields = self.fields(self.random.randint(2, 6))
        required = self.some(list(fields), self.random.randint(1, len(fields)))
        return self.object_of(fields, required=required), self.objects(fields, required)

    def make_additionalProperties(self):
        fields = self.fields(self.random.randint(1, 3))
        more, valid, invalid = self.leaf()
        kind = self.random.choice([False, True, more])
        values = self.objects(fields)
        for extra in (*valid[:2], *invalid[:2]):
            values.append(values[0] | {"extra": extra})
        values.append(values[0] | {"extra": valid[0], "가": valid[-1]})
        return self.object_of(fields, additionalProperties=kind), values

    def make_patternProperties(self):
        schema, valid, invalid = self.leaf()
        made = {"type": "object", "patternProperties": {"^x-": schema}}
        if self.random.random() < 0.6:
            made["additionalProperties"] = False
        right, wrong = self.random.choice(valid), self.random.choice(invalid)
        return made, [{}, {"x-a": right}, {"x-a": wrong}, {"x-": right, "x-b": right},
                      {"y": right}, {"x-a": right, "y": 1}]

    def make_propertyNames(self):
        pattern, texts = self.random.choice(PATTERNS)
        return ({"type": "object", "propertyNames": {"pattern": pattern},
                 "additionalProperties": {"type": "integer"}},
                [{text: 1} for text in texts] + [{}, {texts[0]: "x"}])

    def make_minProperties(self):
        return ({"type": "object", "additionalProperties": {"type": "integer"},
                 "minProperties": self.random.randint(1, 3)},
                [{name: 1 for name in WORDS[:count]} for count in range(5)] + [{"a": "x"}])

    def make_maxProperties(self):
        fields = self.fields(3)
        return (self.object_of(fields, maxProperties=self.random.randint(0, 3)),
                self.objects(fields))

    def make_dependentRequired(self):
        fields = self.fields(3)
        names = list(fields)
        return (self.object_of(fields, additionalProperties=False,
                               dependentRequired={names[0]: names[1:2]}), self.objects(fields))

    def make_dependentSchemas(self):
        fields = self.fields(3)
        names = list(fields)
        return (self.object_of(fields, additionalProperties=False, dependentSchemas={
            names[0]: {"required": [names[2]]}}), self.objects(fields))

    # Combinations.

    def make_anyOf(self):
        parts = [self.leaf() for _ in range(self.random.randint(2, 3))]
        return ({"anyOf": [part[0] for part in parts]},
                [value for part in parts for value in (*part[1][:3], *part[2][:3])])

    def make_oneOf(self):
        if self.random.random() < 0.5:
            kinds = self.some(["circle", "square", "line", "point"], 3)
            parts = [self.fields(2) for _ in kinds]
            schemas = [{"type": "object",
                        "properties": {"type": {"const": kind}} |
                        {name: field[0] for name, field in part.items()},
                        "required": ["type", *part], "additionalProperties": False}
                       for kind, part in zip(kinds, parts)]
            values = [{"type": kind} | value for kind, part in zip(kinds, parts)
                      for value in self.some(self.objects(part), 3)]
            return {"oneOf": schemas}, values
        low, high = sorted(self.random.sample(range(0, 100), 2))
        return ({"oneOf": [{"type": "integer", "minimum": low}, {"type": "integer",
                                                                "maximum": high}]},
                [low, high, low - 1, high + 1, (low + high) // 2, "x"])

    def make_allOf(self):
        kind = self.random.randrange(3)
        if kind == 0:
            low, high = sorted([self.number(), self.number()])
            return ({"type": "number", "allOf": [{"minimum": low}, {"maximum": high}]},
                    self.near(low, high))
        if kind == 1:
            pattern, texts = self.random.choice(PATTERNS)
            return ({"allOf": [{"type": "string", "pattern": pattern}, {"maxLength": 4}]}, texts)
        first, second = self.fields(2), self.fields(2)
        second = {name: field for name, field in second.items() if name not in first}
        fields = first | second
        return ({"allOf": [self.object_of(first, required=list(first)), self.object_of(second)]},
                self.objects(fields, list(first)))

    def make_not(self):
        kind = self.random.randrange(3)
        if kind == 0:
            return ({"type": "string", "not": {"enum": ["a", "abc", ""]}}, TEXTS)
        if kind == 1:
            return {"not": {"type": self.random.choice(["string", "integer", "object"])}}, OTHERS
        return ({"type": "integer", "minimum": 0, "maximum": 20, "not": {"multipleOf": 3}},
                list(range(-1, 22)))

    def make_if(self):
        schema = {"type": "object",
                  "properties": {"kind": {"enum": ["a", "b"]}, "x": {"type": "integer"},
                                 "y": {"type": "string"}},
                  "required": ["kind"], "additionalProperties": False,
                  "if": {"properties": {"kind": {"const": "a"}}},
                  "then": {"required": ["x"]}}
        if self.random.random() < 0.6:
            schema["else"] = {"required": ["y"]}
        return schema, [{"kind": "a"}, {"kind": "a", "x": 1}, {"kind": "b"}, {"kind": "b", "y": ""},
                        {"kind": "b", "x": 1}, {"kind": "a", "x": 1, "y": "z"}, {"x": 1}]

    def make_ref(self):
        schema, valid, invalid = self.leaf()
        name = self.random.choice(["part", "part", "part/x"])
        reference = {"$ref": "#/$defs/" + name.replace("/", "~1")}
        made = {"$defs": {name: schema}, "type": "object",
                "properties": {"first": reference, "second": reference}, "required": ["first"]}
        right, wrong = self.random.choice(valid), self.random.choice(invalid)
        return made, [{"first": right}, {"first": right, "second": right}, {"first": wrong},
                      {"first": right, "second": wrong}, {"second": right}]

    def make_recursion(self):
        schema, valid, invalid = self.leaf()
        made = {"$defs": {"node": {"type": "object", "properties": {
            "value": schema, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
            "required": ["value"], "additionalProperties": False}}, "$ref": "#/$defs/node"}
        right, wrong = self.random.choice(valid), self.random.choice(invalid)
        leaf, bad = {"value": right}, {"value": wrong}
        return made, [leaf, bad, {"value": right, "children": [leaf, leaf]},
                      {"value": right, "children": [leaf, bad]},
                      {"value": right, "children": [{"value": right, "children": [leaf]}]},
                      {"children": []}, {"value": right, "children": [], "more": 1}]

    def make_anchor(self):
        schema, valid, invalid = self.leaf()
        return ({"$defs": {"a": {"$anchor": "here", **schema}}, "type": "array",
                 "items": {"$ref": "#here"}, "maxItems": 3}, self.lists(valid, invalid))

    def make_unevaluatedProperties(self):
        fields = self.fields(2)
        return ({"allOf": [self.object_of(fields)], "type": "object",
                 "unevaluatedProperties": False}, self.objects(fields))

    # Shapes of APIs.

    def deep(self, depth):
        """A schema of nested objects and lists with candidates."""
        if depth == 0:
            schema, valid, invalid = self.leaf()
            return schema, valid[:4], invalid[:4]
        kind = self.random.randrange(4)
        if kind == 0:
            schema, valid, invalid = self.deep(depth - 1)
            made = {"type": "array", "items": schema, "maxItems": self.random.randint(1, 5)}
            values = self.lists(valid, invalid, (0, 1, 2, 3))
        elif kind == 1:
            schema, valid, invalid = self.deep(depth - 1)
            made = {"anyOf": [schema, {"type": "null"}]}
            values = [*valid, *invalid, None]
        else:
            fields = {name: self.deep(depth - 1)
                      for name in self.some(WORDS, self.random.randint(2, 6))}
            required = self.some(list(fields), self.random.randint(0, len(fields)))
            made = self.object_of(fields, required=required)
            if self.random.random() < 0.7:
                made["additionalProperties"] = False
            values = self.objects(fields, required)
        valid, invalid = split(made, values)
        if not valid or not invalid:
            return self.deep(depth - 1)
        return made, valid, invalid

    def shape_nested(self):
        schema, valid, invalid = self.deep(self.random.randint(2, 3))
        return schema, valid + invalid

    def shape_tool(self):
        fields = self.fields(self.random.randint(2, 6))
        names = [f"{verb}_{name}" for verb, name in
                 zip(self.some(["get", "set", "find", "add", "delete"], 3), self.some(WORDS, 3))]
        schema = {"type": "object", "properties": {
            "name": {"enum": names},
            "arguments": self.object_of(fields, required=list(fields),
                                        additionalProperties=False)},
            "required": ["name", "arguments"], "additionalProperties": False}
        return schema, [{"name": self.random.choice([*names, "nope"]), "arguments": value}
                        for value in self.objects(fields, list(fields))]

    def shape_pagination(self):
        fields = self.fields(self.random.randint(2, 4))
        item = self.object_of(fields, required=list(fields)[:1])
        schema = {"type": "object", "properties": {
            "items": {"type": "array", "items": item, "maxItems": 10},
            "page": {"type": "integer", "minimum": 1}, "per_page": {"enum": [10, 25, 50, 100]},
            "next": {"anyOf": [{"type": "string", "pattern": "^/[a-z]+\\?page=\\d+$"},
                               {"type": "null"}]}},
            "required": ["items", "page"]}
        values = [{"items": self.some(self.objects(fields), self.random.randint(0, 2)),
                   "page": self.random.choice([0, 1, 2, 17]),
                   "per_page": self.random.choice([10, 25, 26]),
                   "next": self.random.choice(["/items?page=2", None, "x"])} for _ in range(12)]
        return schema, values

    def shape_geojson(self):
        position = {"type": "array", "items": {"type": "number", "minimum": -180, "maximum": 180},
                    "minItems": 2, "maxItems": 3}
        line = {"type": "array", "items": {"$ref": "#/$defs/position"},
                "minItems": self.random.randint(1, 3)}
        kinds = {"Point": {"$ref": "#/$defs/position"}, "LineString": line,
                 "Polygon": {"type": "array", "items": line}}
        schema = {"$defs": {"position": position}, "oneOf": [
            {"type": "object", "properties": {"type": {"const": kind}, "coordinates": part},
             "required": ["type", "coordinates"]} for kind, part in kinds.items()]}
        here = [127.5, 37.25]
        values = [{"type": kind, "coordinates": part} for kind in [*kinds, "Circle"]
                  for part in (here, [here, [1, 2, 3], [0, -181]], [here, here, here],
                               [[here] * 4])]
        return schema, values

    def shape_config(self):
        level = self.fields(3)
        schema = {"type": "object", "properties": {
            "version": {"const": 1}, "log": {"enum": ["debug", "info", "error"]},
            "servers": {"type": "object", "additionalProperties": self.object_of(level),
                        "minProperties": 1},
            "ratio": {"type": "number", "minimum": 0, "maximum": 1},
            "retry": {"type": "integer", "minimum": 0, "maximum": 10}},
            "required": ["version", "servers"], "additionalProperties": False}
        values = []
        for value in self.objects(level):
            values.append({"version": 1, "log": self.random.choice(["info", "warn"]),
                           "servers": {"main": value, "spare-2": value},
                           "ratio": self.random.choice([0, 0.5, 1, 1.5]),
                           "retry": self.random.choice([0, 10, 11])})
            values.append({"version": 1, "servers": {"가": value}})
        return schema, values + [{"version": 1, "servers": {}}, {"version": 2}]

    def wrapped(self, schema, values):
        """The same somewhere inside."""
        kind = self.random.randrange(5)
        if "$defs" in schema or kind > 2:
            return schema, values
        if kind == 0:
            return ({"type": "object", "properties": {"it": schema, "n": {"type": "integer"}},
                     "required": ["it"], "additionalProperties": False},
                    [{"it": value, "n": 1} for value in values] + [{"it": values[0]}, {}])
        if kind == 1:
            return ({"type": "array", "items": schema, "maxItems": 2},
                    [[value] for value in values] + [values[:2], []])
        return ({"$defs": {"it": schema}, "anyOf": [{"$ref": "#/$defs/it"}, {"const": "none"}]},
                [*values, "none"])


def plain(number):
    """1.0 as 1: an integer is written without a point."""
    return int(number) if number == int(number) else number


def checker(schema):
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def split(schema, values):
    validator = checker(schema)
    valid = [value for value in values if validator.is_valid(value)]
    return valid, [value for value in values if not validator.is_valid(value)]


def text_of(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def case(name, focus, schema, values, random_):
    """Up to six valid and six invalid instances, each once."""
    texts = {text_of(value): value for value in values}
    validator = checker(schema)
    kept = {True: [], False: []}
    order = sorted(texts)
    random_.shuffle(order)
    for text in order:
        valid = validator.is_valid(texts[text])
        if len(kept[valid]) < 6:
            kept[valid].append({"text": text, "valid": valid})
    if not kept[True]:
        return None
    return {"id": name, "focus": focus, "schema": schema,
            "instances": kept[True] + kept[False]}


def generate(count, seed=1):
    maker = Maker(seed)
    jobs = [*maker.makers.items(), *maker.shapes.items()]
    cases, tried = [], 0
    while len(cases) < count:
        focus, make = jobs[tried % len(jobs)]
        tried += 1
        schema, values = make()
        if focus in maker.makers:
            schema, values = maker.wrapped(schema, values)
        made = case(f"{focus}-{tried}", focus, schema, values, maker.random)
        if made:
            cases.append(made)
    return cases


def collected(folder):
    """tests/constrain/collected/*.json: {"schema", "valid": [...], "invalid": [...]}"""
    cases = []
    for path in sorted(folder.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        validator = checker(entry["schema"])
        instances = []
        for expected, key in ((True, "valid"), (False, "invalid")):
            for value in entry[key]:
                if validator.is_valid(value) != expected:
                    raise SystemExit(f"{path}: {text_of(value)} should be {key}")
                instances.append({"text": text_of(value), "valid": expected})
        cases.append({"id": path.stem, "focus": "collected", "schema": entry["schema"],
                      "instances": instances})
    return cases
