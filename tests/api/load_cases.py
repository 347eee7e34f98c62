"""Many at once, slow ones, and ones that leave."""
import asyncio
import json
import resource
import socket
import tempfile
import threading
import time

from api_case import ApiCase, models
from conformance import problems, split_events
from served import wait_until

CHAT = "/v1/chat/completions"


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class LoadTest(ApiCase):
    @classmethod
    def setUpClass(cls):
        raise_descriptor_limit()
        folder = tempfile.TemporaryDirectory(prefix="byeol api ")
        cls.addClassCleanup(folder.cleanup)
        # Random weights in a tiny shape: what costs is the server itself.
        cls.serve("--queue", 300, "--cache-tokens", 8192, model=models.tiny_chat(folder.name))

    def body(self, tokens=8, **more):
        return {"messages": [{"role": "user", "content": "hi"}], "max_tokens": tokens,
                "ignore_eos": True} | more

    def test_two_hundred_and_fifty_six_streams_at_once_all_come_to_their_end(self):
        async def one(client, index):
            stream = await client.chat.completions.create(
                model="default", seed=index, max_tokens=24, stream=True,
                messages=[{"role": "user", "content": f"Hello {index}"}],
                stream_options={"include_usage": True}, extra_body={"ignore_eos": True})
            chunks = [chunk async for chunk in stream]
            self.assertEqual(chunks[-2].choices[0].finish_reason, "length")
            return chunks[-1].usage.completion_tokens

        async def all_of_them():
            async with self.async_client(self.server) as client:
                return await asyncio.gather(*(one(client, index) for index in range(256)))
        self.assertEqual(asyncio.run(all_of_them()), [24] * 256)

    def test_a_thousand_idle_connections_do_not_matter(self):
        address = (self.server.host, self.server.port)
        idle = [socket.create_connection(address, 30) for _ in range(1000)]
        try:
            self.assertTrue(wait_until(
                lambda: self.server.total("byeol_connections") >= 1000, 20, 0.2))
            began = time.monotonic()
            self.send("POST", CHAT, self.body())
            self.assertLess(time.monotonic() - began, 5)
        finally:
            for connection in idle:
                connection.close()
        self.assertTrue(wait_until(lambda: self.server.total("byeol_connections") < 50, 20, 0.2))

    def test_more_than_the_queue_holds_is_refused_with_a_time(self):
        bodies = [self.body(200, n=60) for _ in range(6)]
        opened = [self.server.begin("POST", CHAT, body | {"stream": True}) for body in bodies]
        statuses = [response.status for _, response in opened]
        self.assertIn(200, statuses)
        self.assertIn(429, statuses)
        refused = opened[statuses.index(429)][1]
        self.assertEqual(refused.headers["x-should-retry"], "true")
        self.assertGreater(int(refused.headers["retry-after-ms"]), 0)
        self.assertEqual(problems("POST", CHAT, 429, "application/json", refused.read()), [])
        for connection, response in opened:
            response.close()
            connection.close()
        self.assert_idle()

    def assert_idle(self, seconds=10):
        """Nothing runs, and all memory but that of remembered prefixes is free."""
        self.assertTrue(wait_until(lambda: not self.server.scheduler()["turns"], seconds))
        kv = self.server.scheduler()["kv"]
        self.assertLessEqual(kv["used_tokens"], kv["prefix_tokens"] + 32 * 16)
        self.assertEqual(self.server.total("vllm:num_requests_running"), 0)
        self.assertEqual(self.server.total("vllm:num_requests_waiting"), 0)

    def test_who_hangs_up_is_forgotten(self):
        # Paced by a reader that does not read, so that they surely are under way.
        for more in ({"stream": True, "n": 50, "logprobs": True, "top_logprobs": 20},
                     {"n": 50, "logprobs": True, "top_logprobs": 20}):
            connection = self.server.connect()
            body = self.body(220, **more)
            connection.request("POST", CHAT, json.dumps(body).encode())
            self.assertTrue(wait_until(lambda: self.server.scheduler()["turns"]))
            connection.close()
            began = time.monotonic()
            self.assertTrue(wait_until(lambda: not self.server.scheduler()["turns"], 10))
            print(f"\n  a hang-up ended 50 turns within {time.monotonic() - began:.2f} s",
                  flush=True)
            self.assert_idle()

    def test_a_reader_that_is_slow_holds_up_nobody_and_loses_nothing(self):
        body = self.body(220, n=40, stream=True, logprobs=True, top_logprobs=20)
        slow = self.server.connect()
        slow.request("POST", CHAT, json.dumps(body).encode())
        self.assertTrue(wait_until(lambda: self.server.scheduler()["turns"]))

        def state():
            return [turn["generated_tokens"] for turn in self.server.scheduler()["turns"]]

        def is_paused():
            before = state()
            time.sleep(0.3)
            return before and state() == before
        self.assertTrue(wait_until(is_paused, 30), "a stream that nobody reads was computed whole")
        began = time.monotonic()
        self.send("POST", CHAT, self.body())
        self.assertLess(time.monotonic() - began, 5)
        whole = slow.getresponse().read()
        slow.close()
        events = split_events(whole)
        self.assertEqual(events[-1], (None, "[DONE]"))
        self.assertGreater(len(events), 40 * 100)
        self.assertEqual(whole.count(b'"finish_reason":"length"'), 40)
        self.assert_idle()

    def test_a_quiet_stream_is_kept_open(self):
        # Turns that wait for a reader hold all memory; one that comes then waits without a token.
        body = self.body(220, n=38, stream=True, logprobs=True, top_logprobs=20)
        slow = [self.server.begin("POST", CHAT, body)[0] for _ in range(3)]
        try:
            connection, response = self.server.begin("POST", CHAT, self.body(220, stream=True))
            began = time.monotonic()
            line = b""
            while not line.startswith(b":"):
                line = response.readline()
                self.assertTrue(line)
            self.assertEqual(line, b": keep-alive\n")
            self.assertLess(time.monotonic() - began, 40)
            connection.close()
        finally:
            for connection in slow:
                connection.close()
        self.assert_idle()

    def test_one_byte_at_a_time_is_no_trouble_for_others(self):
        with socket.create_connection((self.server.host, self.server.port), 30) as connection:
            for byte in b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-":
                connection.sendall(bytes([byte]))
            began = time.monotonic()
            self.send("GET", "/health")
            self.assertLess(time.monotonic() - began, 5)

    def test_threads_mix_all_endpoints(self):
        errors = []

        def work(index):
            try:
                for path, body in ((CHAT, self.body()), ("/v1/completions", {"prompt": "a"}),
                                   ("/v1/responses", {"input": "a", "max_output_tokens": 16}),
                                   ("/tokenize", {"prompt": f"a {index}"})):
                    self.post(path, body)
            except Exception as error:
                errors.append(error)
        threads = [threading.Thread(target=work, args=(index,)) for index in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
