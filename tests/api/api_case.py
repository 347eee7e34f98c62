"""What the cases share: a server, OpenAI's clients on it, and a judge that reads every answer."""
import pathlib
import sys
import threading
import unittest

import httpx2
import openai

from conformance import parse_json, problems, split_events
from served import Served

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import models  # noqa: E402

MODEL = "smollm2-135m"


class Judge:
    """Gathers what is wrong with the answers that it hears of. Threads: any."""

    def __init__(self):
        self.lock, self.found = threading.Lock(), []

    def hear(self, request, response, body, whole):
        found = problems(request.method, request.url.path, response.status_code,
                         response.headers.get("content-type", ""), body, whole)
        with self.lock:
            self.found += found

    def take(self):
        with self.lock:
            found, self.found = self.found, []
        return found


class Tee(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Passes the bytes of an answer on, and to the judge at its end."""

    def __init__(self, stream, heard):
        self.stream, self.heard, self.body, self.whole = stream, heard, b"", False

    def __iter__(self):
        for part in self.stream:
            self.body += part
            yield part
        self.whole = True

    async def __aiter__(self):
        async for part in self.stream:
            self.body += part
            yield part
        self.whole = True

    def close(self):
        self.stream.close()
        self.heard(self.body, self.whole)

    async def aclose(self):
        await self.stream.aclose()
        self.heard(self.body, self.whole)


class Heard(httpx2.HTTPTransport):
    def __init__(self, judge):
        super().__init__()
        self.judge = judge

    def handle_request(self, request):
        response = super().handle_request(request)
        response.stream = Tee(response.stream, lambda body, whole: self.judge.hear(
            request, response, body, whole))
        return response


class AsyncHeard(httpx2.AsyncHTTPTransport):
    def __init__(self, judge):
        super().__init__(limits=httpx2.Limits(max_connections=1000))
        self.judge = judge

    async def handle_async_request(self, request):
        response = await super().handle_async_request(request)
        response.stream = Tee(response.stream, lambda body, whole: self.judge.hear(
            request, response, body, whole))
        return response


class ApiCase(unittest.TestCase):
    shared = None  # The server of the cases that start none of their own.
    judge = Judge()

    @classmethod
    def setUpClass(cls):
        cls.server = cls.shared
        cls.client = cls.client_of(cls.shared)
        cls.addClassCleanup(cls.client.close)

    @classmethod
    def serve(cls, *options, model=MODEL, **more):
        """A server of these cases alone, in place of the shared one."""
        cls.server = Served(*options, model=model, **more)
        cls.addClassCleanup(cls.server.kill)
        cls.client = cls.client_of(cls.server)
        cls.addClassCleanup(cls.client.close)

    @classmethod
    def client_of(cls, server, api_key="none", **options):
        options = {"max_retries": 0, "timeout": 120} | options
        return openai.OpenAI(base_url=server.url + "/v1", api_key=api_key,
                             http_client=httpx2.Client(transport=Heard(cls.judge)), **options)

    @classmethod
    def async_client(cls, server):
        return openai.AsyncOpenAI(
            base_url=server.url + "/v1", api_key="none", max_retries=0, timeout=180,
            http_client=httpx2.AsyncClient(transport=AsyncHeard(cls.judge), timeout=180))

    def tearDown(self):
        self.assertEqual(self.judge.take(), [])
        if self.server.process.poll() is not None and not self.may_end:
            self.fail(f"the server ended: {self.server.stderr()[-2000:]}")

    may_end = False

    def judged(self, method, path, answer):
        self.assertEqual(problems(method, path, answer.status,
                                  answer.headers.get("content-type", ""), answer.body), [])
        self.assertIn("x-request-id", answer.headers)
        return answer

    def send(self, method, path, body=None, headers=(), status=200, server=None):
        answer = (server or self.server).send(method, path, body, headers)
        self.assertEqual(answer.status, status, answer.body[:500])
        return self.judged(method, path, answer)

    def post(self, path, body, **more):
        return self.send("POST", path, body, **more).json

    def events(self, path, body, **more):
        """[(event, JSON)] of a stream, and its end seen."""
        method = more.pop("method", "POST")
        answer = self.send(method, path, body, **more)
        self.assertEqual(answer.headers["content-type"], "text/event-stream; charset=utf-8")
        self.assertEqual(answer.headers["cache-control"], "no-cache")
        self.assertEqual(answer.headers["x-accel-buffering"], "no")
        events = split_events(answer.body)
        self.assertEqual(events.pop(), (None, "[DONE]"))
        return [(event, parse_json(data)) for event, data in events]

    def refusal(self, path, body, status=400, method="POST", param=None, code=None, headers=(),
                server=None):
        """The error of a request that is refused; its sentence names the field."""
        error = self.send(method, path, body, headers, status, server).json["error"]
        self.assertGreater(len(error["message"]), 10, error)
        if param is not None:
            self.assertEqual(error["param"], param, error)
        if code is not None:
            self.assertEqual(error["code"], code, error)
        return error

    def chat(self, text="Name three colours.", **more):
        """Through the client; short and repeatable unless asked otherwise."""
        options = {"max_completion_tokens": 16, "temperature": 0} | more
        options.setdefault("messages", [{"role": "user", "content": text}])
        return self.client.chat.completions.create(model=MODEL, **options)

    def chat_body(self, text="Name three colours.", **more):
        return {"messages": [{"role": "user", "content": text}], "max_completion_tokens": 16,
                "temperature": 0} | more

    def tokens(self, text):
        return self.post("/tokenize", {"prompt": text, "add_special_tokens": False})["tokens"]
