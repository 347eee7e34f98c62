"""Requests with a wrong field: 400, and a sentence that names the field."""
import openai

from api_case import ApiCase

CHAT = "/v1/chat/completions"
USER = {"role": "user", "content": "hi"}

WRONG = [  # (fields, the param that is named)
    ({"messages": None}, "messages"), ({"messages": []}, "messages"),
    ({"messages": "hi"}, "messages"), ({"messages": ["hi"]}, "messages[0]"),
    ({"messages": [{}]}, "messages[0].role"), ({"messages": [{"role": "user"}]}, None),
    ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
    ({"messages": [USER, {"role": "user", "content": [{"type": "riddle"}]}]},
     "messages[1].content[0].type"),
    ({"messages": [{"role": "user", "content": [{"type": "text"}]}]},
     "messages[0].content[0].text"),
    ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id"),
    ({"messages": [{"role": "assistant"}]}, "messages[0].content"),
    ({"model": 7}, "model"), ({"temperature": -0.1}, "temperature"),
    ({"temperature": 2.1}, "temperature"), ({"temperature": "1"}, "temperature"),
    ({"temperature": True}, "temperature"), ({"top_p": 1.5}, "top_p"),
    ({"presence_penalty": 2.5}, "presence_penalty"),
    ({"frequency_penalty": -3}, "frequency_penalty"), ({"n": 0}, "n"), ({"n": 129}, "n"),
    ({"n": 1.5}, "n"), ({"n": "1"}, "n"), ({"max_tokens": 0}, "max_tokens"),
    ({"max_completion_tokens": -1}, "max_completion_tokens"),
    ({"max_tokens": 1 << 40}, "max_tokens"), ({"seed": 1.5}, "seed"),
    ({"seed": 1 << 64}, "seed"), ({"stop": 7}, "stop"), ({"stop": ""}, "stop"),
    ({"stop": ["a", ""]}, "stop"), ({"stop": []}, "stop"), ({"stop": ["a"] * 5}, "stop"),
    ({"stop": [1]}, "stop"), ({"logprobs": 1}, "logprobs"),
    ({"top_logprobs": 2}, "top_logprobs"),
    ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
    ({"logit_bias": []}, "logit_bias"), ({"logit_bias": {"a": 1}}, "logit_bias"),
    ({"logit_bias": {"1": 101}}, "logit_bias.1"), ({"logit_bias": {"1": "x"}}, "logit_bias.1"),
    ({"stream": "yes"}, "stream"), ({"stream_options": {"include_usage": True}}, "stream_options"),
    ({"stream": True, "stream_options": 1}, "stream_options"),
    ({"stream": True, "stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
    ({"service_tier": "gold"}, "service_tier"), ({"user": 7}, "user"),
    ({"metadata": 7}, "metadata"), ({"reasoning_effort": "huge"}, "reasoning_effort"),
    ({"modalities": ["text", "audio"]}, "modalities"), ({"audio": {"voice": "x"}}, "audio"),
    ({"tools": 7}, "tools"), ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
    ({"tool_choice": "sometimes"}, "tool_choice"),
    ({"response_format": {"type": "xml"}}, "response_format.type"),
    ({"top_k": -2}, "top_k"), ({"min_p": 2}, "min_p"), ({"deadline": 7}, "deadline"),
    ({"deadline": {"first_ms": 0}}, "deadline.first_ms"),
    ({"deadline": {"total_ms": "1"}}, "deadline.total_ms"),
    ({"deadline": {"gap_ms": 1e12}}, "deadline.gap_ms"),
    ({"deadline": {"on_miss": "cry"}}, "deadline.on_miss"),
]

NOT_JSON = [b"", b"{", b"nonsense", b'{"messages":[}', b'{"a":1,}', b"[1,2]", b'"text"', b"7",
            b"null", b'{"a":NaN}', b'{"a":"\x01"}', b'{"a":"\xff"}', b'{"a":1} x',
            b'\xef\xbb\xbf{', b'{"messages":' + b"[" * 100_000, b'{"a":' * 50_000]


class RefusalTest(ApiCase):
    def test_a_wrong_field_is_named(self):
        for fields, param in WRONG:
            with self.subTest(fields=fields):
                error = self.refusal(CHAT, {"messages": [USER], "max_tokens": 1} | fields,
                                     param=param)
                self.assertEqual(error["type"], "invalid_request_error")
                if param:
                    self.assertIn(param.split(".")[0].split("[")[0], error["message"])

    def test_what_is_no_json_object_is_refused_everywhere(self):
        for path in (CHAT, "/v1/completions", "/v1/responses", "/v1/responses/input_tokens",
                     "/v1/embeddings", "/tokenize", "/detokenize"):
            for body in NOT_JSON:
                with self.subTest(path=path, body=body[:30]):
                    self.refusal(path, body)

    def test_a_repeated_key_or_deep_unknown_field_is_no_crash(self):
        for body in (b'{"messages":[],"messages":[{"role":"user","content":"hi"}],"max_tokens":1}',
                     b'{"messages":[{"role":"user","content":"hi"}],"max_tokens":1,"x":'
                     + b"[" * 60 + b"]" * 60 + b"}"):
            answer = self.server.send("POST", CHAT, body)
            self.judged("POST", CHAT, answer)
            self.assertLess(answer.status, 500)

    def test_an_image_is_refused_with_a_sentence(self):
        part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
        error = self.refusal(CHAT, {"messages": [{"role": "user", "content": [part]}]},
                             param="messages[0].content[0]", code="unsupported_parameter")
        self.assertIn("text only", error["message"])

    def test_another_model_is_told_apart(self):
        for path, body in ((CHAT, {"messages": [USER]}), ("/v1/completions", {"prompt": "a"}),
                           ("/v1/responses", {"input": "a"}), ("/v1/embeddings", {"input": "a"}),
                           ("/tokenize", {"prompt": "a"})):
            self.refusal(path, body | {"model": "gpt-none"}, 404, param="model",
                         code="model_not_found")

    def test_a_bytes_message_stays_utf8(self):
        self.refusal(CHAT, '{"messages":[],"model":"é\\ud800"}'.encode())
        self.refusal(CHAT, {"messages": [{"role": "user", "content": "x"}],
                            "service_tier": "\U0001F600" * 50}, param="service_tier")

    def test_more_answers_than_one_request_may_have(self):
        self.refusal(CHAT, {"messages": [USER], "n": 100}, param="n")
        self.refusal("/v1/completions", {"prompt": ["a"] * 40, "n": 2}, param="n")

    def test_stream_errors_before_the_first_token_are_plain_answers(self):
        with self.assertRaises(openai.BadRequestError):
            self.chat("word " * 4000, stream=True)
