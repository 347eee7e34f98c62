#!/usr/bin/env python3
"""mock_server.py [PORT]: the playground and a made-up API behind it; for tests and for designing.

A question with the word mock:NAME in it asks for something special: a text of mock_answers.py, or
    mock:busy     429 with retry-after-ms once, then an answer
    mock:never    429 that no waiting helps, unless without a deadline
    mock:error    an error in the middle of the answer
    mock:cut      the connection ends in the middle of the answer
    mock:context  the conversation is too long
    mock:key      wants the key "star"
    mock:slow     a token each 0.2 s
    mock:missed   the deadline is missed
    mock:think    thoughts come first
"""
import json
import pathlib
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mock_answers import logprob_of, script_of, text_for, tokens_of
from mock_scheduler import view_at

WEB = pathlib.Path(__file__).resolve().parent.parent.parent / "web"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# Stricter than the real server's: text that is used as markup throws.
POLICY = "default-src 'self'; require-trusted-types-for 'script'"
GAP_S = 0.012
CONTEXT_TOKENS = 2048


class MockServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.address_url = f"http://127.0.0.1:{self.server_address[1]}/"
        self.began = time.monotonic()
        self.hung_up = 0   # Clients that went away in the middle of an answer.
        self.refused = 0
        self.has_live_view = True
        self.own_turns = {}
        self.count = 0
        self.lock = threading.Lock()

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/v1/models":
            model = {"id": "smollm2-135m", "object": "model", "created": 1, "owned_by": "byeol",
                     "max_model_len": CONTEXT_TOKENS, "byeol": {"chat_template": True}}
            base = {**model, "id": "gemma3-270m", "byeol": {"chat_template": False}}
            self.answer_json(200, {"object": "list", "data": [model, base]})
        elif path == "/v1/byeol/scheduler" and self.server.has_live_view:
            self.stream_scheduler()
        else:
            self.answer_file(WEB / (path.lstrip("/") or "index.html"))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            self.refuse(404, "There is nothing at this address.")
            return
        script = script_of(body["messages"][-1]["content"])
        if not self.refuses(script, body):
            self.stream_answer(script, body)

    def refuses(self, script, body):
        if script == "key" and self.headers["Authorization"] != "Bearer star":
            self.refuse(401, "The API key is missing or wrong.", code="invalid_api_key")
        elif script == "context":
            self.refuse(400, "The prompt has 2100 tokens, the context 2048.",
                        code="context_length_exceeded")
        elif script == "never" and "deadline" in body:
            self.refuse(429, "first_ms is 50, the prompt alone takes 210 ms.",
                        {"x-should-retry": "false"})
        elif script == "busy" and self.server.refused == 0:
            self.server.refused += 1
            self.refuse(429, "The deadline could be kept in 2200 ms.",
                        {"retry-after-ms": "2200", "retry-after": "3"})
        else:
            return False
        return True

    def refuse(self, status, message, headers=(), code=None):
        kind = "rate_limit_exceeded" if status == 429 else "invalid_request_error"
        error = {"message": message, "type": kind, "param": None, "code": code}
        self.answer_json(status, {"error": error}, headers)

    def answer_json(self, status, value, headers=()):
        self.answer(status, "application/json", json.dumps(value).encode(), dict(headers))

    def answer_file(self, path):
        if path.parent != WEB or not path.is_file():
            self.refuse(404, "There is nothing at this address.")
            return
        self.answer(200, TYPES[path.suffix], path.read_bytes(),
                    {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"})

    def answer(self, status, kind, content, headers):
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": len(content), **headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def begin_events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()

    def send_event(self, value):
        text = value if isinstance(value, str) else json.dumps(value)
        self.wfile.write(f"data: {text}\n\n".encode())

    def stream_scheduler(self):
        self.begin_events()
        server = self.server
        while True:
            with server.lock:
                own = [dict(turn) for turn in server.own_turns.values()]
            now_s = time.monotonic() - server.began
            self.send_event(view_at(now_s, own, server.refused))
            time.sleep(0.2)

    def stream_answer(self, script, body):
        server = self.server
        with server.lock:
            server.count += 1
            name = f"chatcmpl-{server.count}"
            most = body.get("max_completion_tokens", 512)
            turn = server.own_turns[name] = {
                "id": name, "class": body.get("service_tier", "default"), "phase": "decode",
                "prompt_tokens": 48, "prompt_done": 48, "cached_tokens": 32, "max_tokens": most,
                "generated_tokens": 0, "guaranteed": "deadline" in body,
                "slack_ms": 900 if "deadline" in body else None}
        try:
            self.begin_events()
            self.stream_tokens(script, body, turn)
        except ConnectionError:
            server.hung_up += 1
        finally:
            with server.lock:
                del server.own_turns[name]

    def stream_tokens(self, script, body, turn):
        def chunk(delta, **more):
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None, **more}
            return {"id": turn["id"], "object": "chat.completion.chunk", "created": 1,
                    "model": body["model"], "choices": [choice], "usage": None}

        tokens = tokens_of(text_for(body["messages"][-1]["content"]))
        finish = "length" if len(tokens) > turn["max_tokens"] else "stop"
        tokens = tokens[:turn["max_tokens"]]
        self.send_event(chunk({"role": "assistant", "content": ""}))
        if script == "think":
            self.send_event(chunk({"reasoning_content": "The user asks about the sky."}))
        time.sleep(0.12)
        held = b""
        for at, token in enumerate(tokens):
            if script in ("error", "cut") and at == 12:
                if script == "error":
                    message = "The engine ran out of memory for conversations."
                    self.send_event({"error": {"message": message, "type": "server_error"}})
                return
            held += token
            try:
                text, held = held.decode(), b""
            except UnicodeDecodeError:
                text = ""
            logprobs = None
            if body.get("logprobs"):
                logprobs = {"content": [logprob_of(token, at, body["top_logprobs"])]}
            self.send_event(chunk({"content": text}, logprobs=logprobs))
            turn["generated_tokens"] = at + 1
            time.sleep(0.2 if script == "slow" else GAP_S)
        last = chunk({}, finish_reason=finish)
        if "deadline" in body:
            missed = "first" if script == "missed" else ""
            last["deadline"] = {
                "met": not missed, "missed": missed, "finished_early": False,
                "first_ms": 1240.5 if missed else 124.2, "mean_gap_ms": 12.4, "max_gap_ms": 18.9,
                "total_ms": round((1240 if missed else 124) + 12.4 * len(tokens), 1)}
        self.send_event(last)
        usage = {"prompt_tokens": 48, "completion_tokens": len(tokens),
                 "total_tokens": 48 + len(tokens), "prompt_tokens_details": {"cached_tokens": 32}}
        self.send_event({**chunk({}), "choices": [], "usage": usage})
        self.send_event("[DONE]")


if __name__ == "__main__":
    mock = MockServer(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(f"the playground is at {mock.address_url}", flush=True)
    mock.serve_forever()
