"""Ten thousand requests that are wrong: each is answered or its connection closed, and nothing else
happens."""
import json
import socket
import tempfile
import threading
import time

from api_case import ApiCase, models
from bad_requests import Maker
from openai_schema import problem
from served import wait_until

JSON_REQUESTS, FRAMINGS, THREADS = 7500, 2500, 4


class Connection:
    """Sends bytes and reads one answer with a Content-Length."""

    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.port), 30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left = b""

    def close(self):
        self.socket.close()

    def read(self):
        """(status, body); None where the connection was closed without an answer."""
        got = self.left
        while b"\r\n\r\n" not in got:
            part = self.socket.recv(65536)
            if not part:
                return None
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            part = self.socket.recv(65536)
            if not part:
                return None
            body += part
        self.left = body[length:]
        self.closes = b"connection: close" in lines
        return int(head.split()[1]), body[:length]

    def ask(self, request):
        self.socket.sendall(request)
        return self.read()


class BadInputTest(ApiCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol api ")
        cls.addClassCleanup(folder.cleanup)
        cls.serve(model=models.tiny_chat(folder.name))

    def judge_answer(self, request, answer, must_fail, found):
        status, body = answer
        bad = None
        if must_fail and not 400 <= status < 500:
            bad = f"{status} instead of a refusal"
        elif status >= 500:
            bad = f"{status}"
        elif status >= 400:
            try:
                bad = problem("ErrorResponse", json.loads(body.decode()))
            except ValueError as error:
                bad = f"a body that is no JSON: {error}"
        if bad:
            found.append(f"{bad}: {request[:600]!r} -> {body[:200]!r}")

    def send_json(self, seed, count, found):
        maker, connection = Maker(seed), Connection(self.server)
        for _ in range(count):
            request, must_fail = maker.json_request()
            answer = connection.ask(request)
            if answer is None:
                found.append(f"closed without an answer: {request[:600]!r}")
                connection = Connection(self.server)
                continue
            self.judge_answer(request, answer, must_fail, found)
            if connection.closes:
                connection.close()
                connection = Connection(self.server)
        connection.close()

    def send_framings(self, seed, count, found):
        maker = Maker(seed)
        for _ in range(count):
            request = maker.framing()
            connection = Connection(self.server)
            try:
                connection.socket.sendall(request)
                connection.socket.shutdown(socket.SHUT_WR)
                answer = connection.read()
            except OSError:  # Closed while we were sending.
                answer = None
            if answer is not None:
                self.judge_answer(request, answer, True, found)
            connection.close()

    def test_ten_thousand_wrong_requests(self):
        found, began = [], time.monotonic()
        work = [(self.send_json, JSON_REQUESTS), (self.send_framings, FRAMINGS)]
        threads = [threading.Thread(target=send, args=(seed, count // THREADS, found))
                   for seed in range(THREADS) for send, count in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        print(f"\n  10000 wrong requests in {took:.1f} s", flush=True)
        self.assertEqual(len(found), 0, f"{len(found)}, such as:\n" + "\n".join(found[:8]))
        self.assertLess(took, 60)
        self.assertEqual(self.chat(max_completion_tokens=4).usage.completion_tokens, 4)
        self.assertTrue(wait_until(lambda: not self.server.scheduler()["turns"]))

    def chat(self, **more):
        return self.client.chat.completions.create(
            model="default", messages=[{"role": "user", "content": "hi"}],
            extra_body={"ignore_eos": True}, **more)
