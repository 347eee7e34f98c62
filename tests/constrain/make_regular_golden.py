"""Makes regular_golden.jsonl: texts that patterns, formats and limits of numbers take and refuse.

The patterns are those of regular_patterns.txt and random ones; the texts for formats are those of
regular_formats.txt (a name, a tab, texts with spaces between them). The truth is Python's:
re.search for patterns, jsonschema's FormatChecker (with its extra `format`) for formats, decimal
for numbers. Patterns are read as ECMA 262 reads them: \\d and \\w are ASCII, and `$` is the very
end, which Python writes \\Z.

    pip install 'jsonschema[format]==4.26.0' && python make_regular_golden.py > regular_golden.jsonl
"""
import json
import random
import re
import re._parser as sre
from decimal import Decimal, ROUND_FLOOR
from pathlib import Path

import jsonschema

random.seed(7)


def lines(name):
    return (Path(__file__).parent / name).read_text(encoding="utf-8").split("\n")[:-1]


def random_pattern(depth=0):
    kind = random.randrange(10 if depth < 3 else 4)
    if kind < 3:
        return random.choice(["a", "b", "c", "[ab]", "[^a]", ".", r"\w", " ", "-"])
    if kind == 3:
        return random.choice(["^", "$", r"\b", r"\B", "a"])
    if kind < 6:
        return "".join(random_pattern(depth + 1) for _ in range(random.randint(2, 3)))
    if kind == 6:
        return "(?:" + "|".join(random_pattern(depth + 1) for _ in range(2)) + ")"
    if kind == 7:
        return random.choice(["(?=", "(?!", "(?:"]) + random_pattern(depth + 1) + ")"
    quantifier = random.choice(["*", "+", "?", "{2}", "{1,2}", "{2,}"])
    return "(?:" + random_pattern(depth + 1) + ")" + quantifier


def to_python(pattern):
    out, inside, i = [], False, 0
    while i < len(pattern):
        c = pattern[i]
        if c == "\\":
            i += 1
            out.append({"\\cJ": r"\n", "\\/": "/"}.get(pattern[i - 1 : i + 1 + (pattern[i] == "c")],
                                                       "\\" + pattern[i]))
            i += pattern[i] == "c"
        else:
            out.append(r"\Z" if c == "$" and not inside else c)
            inside = c == "[" or (inside and c != "]")
        i += 1
    return re.compile("".join(out), re.ASCII)


def sample(parsed):
    """A text that is likely to match."""
    out = []
    for op, value in parsed:
        name = str(op)
        if name == "LITERAL":
            out.append(chr(value))
        elif name == "NOT_LITERAL":
            out.append("z")
        elif name == "ANY":
            out.append(random.choice("ab -"))
        elif name == "IN":
            kind, inside = str(value[0][0]), value[0][1]
            if kind == "RANGE":
                out.append(chr(random.randint(*inside)))
            elif kind == "LITERAL":
                out.append(chr(inside))
            else:
                out.append(random.choice("a1 _-Z"))
        elif name == "BRANCH":
            out.append(sample(random.choice(value[1])))
        elif name == "SUBPATTERN":
            out.append(sample(value[-1]))
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            times = random.randint(value[0], min(int(value[1]), value[0] + 3))
            out.append("".join(sample(value[2]) for _ in range(times)))
    return "".join(out)


def mutated(text):
    at = random.randint(0, len(text))
    kind = random.randrange(3)
    if kind == 0:
        return text[:at] + random.choice("abcfo10 -_.x@") + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    return text[:at] + random.choice("abZ9 -.") + text[at + 1 :]


def write(kind, what, texts, check):
    yes, no = [], []
    for text in dict.fromkeys(texts):
        (yes if check(text) else no).append(text)
    print(json.dumps({"kind": kind, "of": what, "yes": yes, "no": no}, ensure_ascii=False))


def patterns():
    chosen = lines("regular_patterns.txt")
    while len(chosen) < 330:
        pattern = random_pattern()
        if 4 < len(pattern) < 40 and not re.search(r"[\^$bB]\)?[*+?{]", pattern):
            chosen.append(pattern)
    for pattern in chosen:
        python = to_python(pattern)
        parsed = sre.parse(python.pattern)
        texts = ["", "a", "foo"]
        for _ in range(5):
            text = sample(parsed)
            texts += [text, mutated(text)]
        texts.append(mutated(mutated(texts[3])))
        # Before 3.14, Python's \\B is not in the empty text.
        texts = [t for t in texts if len(t) < 80 and (t or "\\B" not in pattern)]
        write("pattern", pattern, texts, lambda t: bool(python.search(t)))


def formats():
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    for line in lines("regular_formats.txt"):
        name, texts = line.split("\t")
        more = texts.split(" ")
        if name in ("date", "time", "date-time", "ipv4", "ipv6", "uuid", "json-pointer"):
            more = [t for text in more for t in (text, mutated(text))]
        write("format", name, [""] + [t for t in more if not re.search(r"[^\x00-\x7f]\d", t)],
              lambda t: checker.conforms(t, name))


def numbers():
    limits = [
        {}, {"integer": True}, {"min": "0"}, {"min": "0", "integer": True},
        {"max": "-1", "integer": True}, {"min": "-5", "max": "17", "integer": True},
        {"min": "0.5", "max": "10.25"}, {"min": "-0.5", "max": "0"},
        {"min": "0", "min_excluded": True, "max": "1", "max_excluded": True},
        {"multiple_of": ["0.01"]},
        {"min": "100", "max": "12345678901234567890123", "integer": True},
        {"multiple_of": ["2.5"]},
        {"multiple_of": ["7"], "integer": True}, {"multiple_of": ["6", "4"], "integer": True},
        {"multiple_of": ["100"], "integer": True},
        {"multiple_of": ["1200"], "min": "-5000", "max": "5000"},
        {"multiple_of": ["0.5", "0.3"], "min": "-3", "max": "9"},
        {"multiple_of": ["1.5"], "integer": True},
        {"min": "1e2", "max": "2.5e2", "integer": True}, {"min": "-1.25", "max": "-1.2"},
        {"min": "3", "max": "3"}, {"min": "-0.0", "max": "0", "integer": True},
        {"min": "1", "max": "0"},
        {"min": "0.001", "max": "0.0011"}, {"min": "0.2", "max": "0.8", "integer": True},
        {"min": "-99", "min_excluded": True, "max": "-9", "max_excluded": True, "integer": True},
    ]
    for _ in range(60):
        low, high = sorted(Decimal(random.randint(-2000, 2000)).scaleb(-random.randint(0, 3))
                           for _ in range(2))
        limit = {"integer": random.random() < 0.5, "min_excluded": random.random() < 0.3,
                 "max_excluded": random.random() < 0.3}
        if random.random() < 0.8:
            limit["min"] = str(low)
        if random.random() < 0.8:
            limit["max"] = str(high)
        if random.random() < 0.4:
            limit["multiple_of"] = [random.choice(["3", "0.1", "0.25", "10", "16", "0.07", "130"])]
        limits.append(limit)
    for limit in limits:
        bounds = [Decimal(limit[k]) for k in ("min", "max") if k in limit] or [Decimal(0)]
        steps = [Decimal(m) for m in limit.get("multiple_of", [])]
        texts = ["0", "-0", "-0.0", "00", "01", "1", "-1", "5", "10", "1.", ".5", "0.0", "0.10",
                 "1e5", "-", "+1", "1.5"]
        for _ in range(14):
            value = random.choice(bounds) + (
                random.choice([-1, 0, 1]) *
                Decimal(random.randint(0, 200)).scaleb(-random.randint(0, 3)))
            if steps and random.random() < 0.7:
                value = (value / steps[0]).to_integral_value(ROUND_FLOOR) * steps[0]
            texts.append(format(value, "f"))
        most = min((max(0, -Decimal(m).as_tuple().exponent)
                    for m in limit.get("multiple_of", [])), default=None)

        def check(text):
            free = not steps and not {"min", "max"} & set(limit) and not limit.get("integer")
            exponent = r"([eE][+-]?\d+)?" if free else ""
            if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?" + exponent, text):
                return False
            value = Decimal(text)
            if value == 0 and text[0] == "-":
                return False
            decimals = len(text.partition(".")[2])
            if limit.get("integer") and "." in text or most is not None and decimals > most:
                return False
            if "min" in limit:
                low = Decimal(limit["min"])
                if value < low or (limit.get("min_excluded") and value == low):
                    return False
            if "max" in limit:
                high = Decimal(limit["max"])
                if value > high or (limit.get("max_excluded") and value == high):
                    return False
            return all(value % step == 0 for step in steps)

        write("numbers", limit, texts, check)


patterns()
formats()
numbers()
