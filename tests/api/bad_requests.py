"""Makes requests that are wrong in one place, from a seed: bytes to send, and what may come back.

A mutation is made so that its result is surely wrong; where a byte was changed at random, Python's
reader decides whether it still is JSON.
"""
import json
import random

VALID = {
    "/v1/chat/completions": {
        "model": "default", "messages": [{"role": "system", "content": "Be brief."},
                                         {"role": "user", "content": "Grüße, 별!"}],
        "max_tokens": 1, "temperature": 0.5, "top_p": 0.9, "n": 1, "seed": 3, "stop": ["a", "b"],
        "logprobs": True, "top_logprobs": 2, "logit_bias": {"5": 1.0}, "presence_penalty": 0.1,
        "frequency_penalty": 0.1, "user": "u", "service_tier": "auto",
        "deadline": {"total_ms": 60000.0, "on_miss": "finish"}},
    "/v1/completions": {"prompt": ["One", "Two"], "max_tokens": 1, "temperature": 1.0,
                        "echo": False, "n": 1, "logprobs": 1, "seed": 4, "stop": "x", "best_of": 1},
    "/v1/responses": {"input": [{"role": "user", "content": [{"type": "input_text",
                                                              "text": "hi"}]}],
                      "max_output_tokens": 16, "temperature": 1.0, "top_logprobs": 1,
                      "store": False, "metadata": {"a": "b"}, "instructions": "x",
                      "truncation": "auto",
                      "parallel_tool_calls": True, "text": {"format": {"type": "text"}}},
    "/v1/embeddings": {"input": ["One", "Two"], "encoding_format": "float", "dimensions": 8,
                       "user": "u"},
    "/tokenize": {"prompt": "Hello there", "add_special_tokens": True},
    "/detokenize": {"tokens": [5, 6, 7]},
}
WORDS = [None, True, -1, 0, 1 << 70, 1.5, 1e300, "", "nonsense", "\ud800", [], [[]], {}, {"": {}},
         [None], ["x", 7], "A" * 300]
TYPES = {  # What a field may not be, whatever its value.
    str: [True, 7, 1.5, [7], {"x": 1}], bool: [7, "true", [True], {}],
    int: [True, "1", 1.25, [1], {"x": 1}, 1e300], float: [True, "1", [1], {"x": 1}, 1e300],
    list: [True, 7, {"x": 1}], dict: [True, 7, "x", [1]]}
MAY_BE_TEXT_OR_LIST = ("stop", "prompt", "content", "input")


def fields_of(value, path=()):
    """Every field of an object, however deep: (path, value)."""
    items = (value.items() if isinstance(value, dict) else
             enumerate(value) if isinstance(value, list) else ())
    for name, inner in items:
        yield (*path, name), inner
        yield from fields_of(inner, (*path, name))


def replaced(body, path, value):
    copy = json.loads(json.dumps(body))
    place = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return copy


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.texts = {path: json.dumps(body, ensure_ascii=False).encode()
                      for path, body in VALID.items()}

    def post(self, path, body):
        return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body

    def cut(self, path):
        """A part of an object is never one."""
        text = self.texts[path]
        return self.post(path, text[:self.random.randrange(len(text))]), True

    def scratched(self, path):
        """A few bytes changed, added, lost."""
        text = bytearray(self.texts[path])
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randrange(len(text))
            match self.random.randrange(3):
                case 0:
                    text[at] = self.random.randrange(256)
                case 1:
                    text.insert(at, self.random.choice(b'{}[],:"\\\x00\xff0e-'))
                case 2:
                    del text[at]
        try:
            json.loads(text.decode())
        except (ValueError, RecursionError):
            return self.post(path, bytes(text)), True
        return self.post(path, bytes(text)), False

    def wrong_type(self, path):
        body = VALID[path]
        where, value = self.random.choice([
            (where, value) for where, value in fields_of(body)
            if not isinstance(where[-1], int) and where[-1] not in MAY_BE_TEXT_OR_LIST
            and where[0] not in ("format", "logit_bias")])
        wrong = self.random.choice(TYPES[type(value)])
        return self.post(path, json.dumps(replaced(body, where, wrong)).encode()), True

    def odd_value(self, path):
        """Some value anywhere: perhaps it is allowed, and perhaps not."""
        body = VALID[path]
        where, _ = self.random.choice(list(fields_of(body)))
        odd = replaced(body, where, self.random.choice(WORDS))
        for name in ("n", "max_tokens", "max_output_tokens"):  # Not to wait for a long answer.
            if odd.get(name, 0) is None:
                odd[name] = body[name]
        return self.post(path, json.dumps(odd).encode()), False

    def deep(self, path):
        opened = self.random.choice([b"[", b'{"a":', b'[{"b":'])
        return self.post(path, b'{"messages":' + opened * self.random.randint(200, 5000)), True

    def json_request(self):
        """(bytes for a connection that stays open, whether it must be refused)."""
        path = self.random.choice(list(VALID))
        make = self.random.choice([self.cut, self.scratched, self.wrong_type, self.odd_value,
                                   self.scratched, self.deep])
        return make(path)

    def framing(self):
        """Bytes that are not HTTP/1.1, or that it forbids; the connection cannot go on."""
        number = self.random.randint(1, 9999)
        noise = bytes(self.random.randrange(256) for _ in range(self.random.randint(1, 60)))
        post = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\n"
        return self.random.choice([
            b"\x16\x03\x01" + noise,
            noise + b"\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET /health\r\n\r\n",
            b"GET /health HTTP/9.9\r\nHost: x\r\n\r\n",
            b"GET  /health HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET health HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /health HTTP/1.1\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
            b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
            b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
            post + b"Content-Length: -1\r\n\r\n",
            post + b"Content-Length: 7x\r\n\r\n{}",
            post + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            post + b"Content-Length: 99999999999999999999\r\n\r\n{}",
            post + b"Content-Length: 999999999\r\n\r\n{}",
            post + b"Content-Length: %d\r\n\r\n{}" % (number + 2),
            post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            post + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
            post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
            post + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n",
            post + b"Transfer-Encoding: gzip\r\n\r\n" + noise,
            post + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}\r\n\r\n",
        ])
