"""What outlives the server: a stop, a kill, a restart."""
import json
import pathlib
import signal
import socket
import tempfile
import threading
import time

import openai

from api_case import MODEL, ApiCase
from conformance import problems, split_events
from served import Served

CHAT = "/v1/chat/completions"
ENDLESS = {"ignore_eos": True, "temperature": 0}


class RestartTest(ApiCase):
    may_end = True

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol api ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def start(self, *options):
        self.server = Served(*options, model=MODEL)
        self.addCleanup(self.server.kill)
        self.client = self.client_of(self.server)
        self.addCleanup(self.client.close)

    def setUp(self):
        self.server = self.shared

    def respond(self, text, **more):
        options = {"temperature": 0, "max_output_tokens": 16} | more
        return self.client.responses.create(model=MODEL, input=text, **options)

    def test_an_acknowledged_response_survives_a_kill(self):
        store = ("--store", self.folder / "responses.sqlite")
        self.start(*store)
        first = self.respond("My name is Ada.")
        second = self.respond("Who am I?", previous_response_id=first.id)
        streamed = self.events("/v1/responses", {"input": "Hi.", "max_output_tokens": 16,
                                                 "stream": True})
        unfinished = self.respond("Tell me a story.", background=True, max_output_tokens=1500,
                                  extra_body={"ignore_eos": True})
        deleted = self.respond("Forget me.")
        self.client.responses.delete(deleted.id)
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()

        self.start(*store)
        for made in (first, second):
            found = self.client.responses.retrieve(made.id)
            self.assertEqual(found.model_dump(), made.model_dump())
        id_ = streamed[0][1]["response"]["id"]
        self.assertEqual(self.events(f"/v1/responses/{id_}?stream=true", None, method="GET"),
                         streamed)
        lost = self.client.responses.retrieve(unfinished.id)
        self.assertEqual(lost.status, "failed")
        self.assertEqual(lost.error.code, "server_error")
        for query, number in (("", 2), ("&starting_after=40", 41)):
            event, last = self.events(f"/v1/responses/{unfinished.id}?stream=true{query}", None,
                                      method="GET")[-1]
            self.assertEqual((event, last["sequence_number"]), ("response.failed", number))
            self.assertIn("stopped", last["response"]["error"]["message"])
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.retrieve(deleted.id)
        third = self.respond("Thanks.", previous_response_id=second.id)
        self.assertGreater(third.usage.input_tokens, second.usage.input_tokens)
        items = self.client.responses.input_items.list(first.id)
        self.assertEqual(items.data[0].content[0].text, "My name is Ada.")

    def test_each_acknowledged_response_is_there_whenever_the_kill_comes(self):
        store = ("--store", self.folder / "killed.sqlite")
        self.start(*store)
        made = []

        def work(server):
            body = {"input": "Hi.", "max_output_tokens": 16, "temperature": 0}
            try:
                while True:
                    answer = server.send("POST", "/v1/responses", body)
                    made.append(answer.json["id"])
            except Exception:  # Killed under its hands.
                return
        threads = [threading.Thread(target=work, args=(self.server,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        while len(made) < 6:
            time.sleep(0.01)
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        for thread in threads:
            thread.join()
        self.start(*store)
        for id_ in made:
            self.send("GET", f"/v1/responses/{id_}")

    def test_a_stop_lets_answers_come_to_their_end(self):
        self.start()
        body = self.chat_body("Tell me a story.", **ENDLESS | {
            "stream": True, "max_completion_tokens": 100})
        connection, response = self.server.begin("POST", CHAT, body)
        plain = []
        thread = threading.Thread(target=lambda: plain.append(self.server.send(
            "POST", CHAT, self.chat_body("Tell me more.", **ENDLESS | {
                "max_completion_tokens": 100}))))
        thread.start()
        head = response.readline() + response.readline()
        while len(self.server.scheduler()["turns"]) < 2:
            time.sleep(0.01)
        idle = socket.create_connection((self.server.host, self.server.port), 30)
        self.server.process.terminate()
        self.assertEqual(idle.recv(10), b"")  # Who only waits is let go at once.
        with self.assertRaises(OSError):
            self.server.send("GET", "/health", timeout_s=5)
        events = head + response.read()
        connection.close()
        thread.join()
        self.assertEqual(problems("POST", CHAT, 200, "text/event-stream", events), [])
        self.assertEqual(json.loads(split_events(events)[-2][1])["choices"][0]["finish_reason"],
                         "length")
        self.assertEqual(plain[0].status, 200)
        self.assertEqual(plain[0].json["usage"]["completion_tokens"], 100)
        self.assertEqual(self.server.process.wait(30), 0)

    def test_a_response_in_the_background_that_a_stop_cuts_has_failed(self):
        options = ("--store", self.folder / "stopped.sqlite", "--drain-s", 1)
        self.start(*options)
        made = self.respond("Tell me a story.", background=True, max_output_tokens=1900,
                            extra_body={"ignore_eos": True})
        self.assertEqual(self.server.stop(), 0)
        self.start(*options)
        found = self.client.responses.retrieve(made.id)
        self.assertEqual((found.status, found.error.code), ("failed", "server_error"))
        self.assertIn("stopped", found.error.message)

    def test_a_second_signal_stops_at_once(self):
        self.start("--drain-s", 600)
        body = self.chat_body("Tell me a story.", **ENDLESS | {
            "stream": True, "max_completion_tokens": 1900})
        connection, response = self.server.begin("POST", CHAT, body)
        response.readline()
        self.server.process.terminate()
        time.sleep(0.5)
        self.assertIsNone(self.server.process.poll())  # It waits for the story.
        self.server.process.terminate()
        self.assertEqual(self.server.process.wait(20), 0)
        connection.close()

    def test_a_stop_waits_no_longer_than_it_was_told(self):
        self.start("--drain-s", 1)
        body = self.chat_body("Tell me a story.", **ENDLESS | {
            "stream": True, "max_completion_tokens": 1900})
        connection, response = self.server.begin("POST", CHAT, body)
        response.readline()
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, 15)
        self.assertIn("cut off", self.server.stderr())
        connection.close()

    def test_a_prefix_stays_warm_over_a_restart(self):
        options = ("--prefix-cache", self.folder / "prefixes")
        messages = [{"role": "system", "content": "You are a helpful librarian. " * 30},
                    {"role": "user", "content": "Which book is first?"}]

        def cached():
            usage = self.chat(messages=messages).usage
            return usage.prompt_tokens_details.cached_tokens, usage.prompt_tokens
        self.start(*options)
        self.assertLess(cached()[0], 40)
        text = self.chat(messages=messages).choices[0].message.content
        self.assertEqual(self.server.stop(), 0)
        self.start(*options)
        warm, all_of_them = cached()
        self.assertGreater(warm, all_of_them // 2)
        self.assertEqual(self.chat(messages=messages).choices[0].message.content, text)
        self.assertEqual(self.server.stop(), 0)
        # A folder for each model. A damaged file is no reason to fail.
        for file in (self.folder / "prefixes").glob("*/*"):
            file.write_bytes(file.read_bytes()[:100])
        self.start(*options)
        self.assertEqual(self.chat(messages=messages).choices[0].message.content, text)
