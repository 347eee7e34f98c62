#!/usr/bin/env python3
"""load_cli_test.py PROGRAM: byeol load, as a user types it, against a small server of its own."""
import contextlib
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = None
SENTENCE = "the promised deadline cannot be met now"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body, headers=()):
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.reply(200, b'{"object": "list", "data": []}')

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, dict(self.headers), request))
        if self.server.refuses(request):
            error = {"error": {"message": SENTENCE}}
            self.reply(self.server.refusal, json.dumps(error).encode(), [("retry-after-ms", "20")])
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for _ in range(request["max_tokens"]):
            self.event({"choices": [{"delta": {"content": "word"}, "text": "word"}]})
            time.sleep(0.004)
        self.event({"choices": [{"delta": {}, "finish_reason": "length"}]})
        self.event({"choices": [], "usage": {"prompt_tokens": 321,
                                             "completion_tokens": request["max_tokens"],
                                             "prompt_tokens_details": {"cached_tokens": 300}}})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def event(self, chunk):
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.flush()

    def handle(self):
        with contextlib.suppress(ConnectionError):
            super().handle()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    refusal = 429

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.refuses = lambda request: False
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


def load(*words, text="", expect=0):
    done = subprocess.run([PROGRAM, "load", *map(str, words)], input=text, capture_output=True,
                          text=True, timeout=120)
    if done.returncode != expect:
        raise AssertionError(f"{words}: exit code {done.returncode}, not {expect}\n{done.stderr}")
    return done


class LoadTest(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def read(self, *words, text="", expect=0):
        """Standard output is exactly one line, and that one JSON object."""
        out = load("--url", self.server.url, *words, "--json", "-", text=text, expect=expect).stdout
        self.assertEqual(out.count("\n"), 1)
        return json.loads(out)

    def test_rates_run_one_after_another(self):
        measured = self.read("--rates", "50,100", "--requests", 8, "--max-tokens", 3,
                             "--shared", 20, "--own", 5, "--warm-up", 2)
        self.assertEqual([run["rate"] for run in measured["runs"]], [50, 100])
        for run in measured["runs"]:
            self.assertEqual([run["good"], run["requests"], len(run["records"])], [8, 8, 8])
            self.assertEqual(run["cached_tokens"], 300)
            self.assertGreater(run["first_token_ms"]["p50"], 0)
            for record in run["records"]:
                self.assertEqual(len(record["token_ms"]), 3)
        self.assertEqual(measured["highest_rate_99"], 100)
        asked = [request for _, _, request in self.server.requests]
        self.assertEqual(len(asked), 2 + 16)
        self.assertEqual(len({request["messages"][0]["content"] for request in asked}), 1)
        self.assertEqual(len({request["messages"][1]["content"] for request in asked}), 18)
        self.assertNotIn("deadline", asked[0])

    def test_the_request_says_what_the_options_say(self):
        self.read("--rates", 100, "--requests", 1, "--warm-up", 0, "--max-tokens", 2,
                  "--endpoint", "completions", "--model", "small", "--api-key", "secret",
                  "--temperature", 0.5, "--ignore-eos", "--send-deadline", "--total-ms", 9000,
                  "--on-miss", "finish", "--shared", 0)
        path, headers, request = self.server.requests[0]
        self.assertEqual(path, "/v1/completions")
        self.assertEqual(headers["Authorization"], "Bearer secret")
        self.assertEqual(headers["X-Request-Id"], "load-0")
        self.assertEqual(request["deadline"], {"first_ms": 500, "gap_ms": 120, "total_ms": 9000,
                                               "on_miss": "finish"})
        self.assertEqual([request[key] for key in ("model", "temperature", "ignore_eos", "stream")],
                         ["small", 0.5, True, True])
        self.assertTrue(request["prompt"].startswith("Question 0: "))

    def test_table_page_and_json_can_be_had_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            page, file = pathlib.Path(folder) / "load.html", pathlib.Path(folder) / "load.json"
            done = load("--url", self.server.url, "--rate", 100, "-n", 4, "--max-tokens", 2,
                        "--report", page, "--json", file)
            self.assertRegex(done.stdout, r"100/s +4 of 4 \(100.0 %\)")
            self.assertEqual(json.loads(file.read_text())["runs"][0]["good"], 4)
            text = page.read_text()
            self.assertIn("Time to the first token", text)
            self.assertFalse(re.search(r"(src|href)=|<script|<link", text))
        self.assertEqual(done.stderr, "")  # No progress where nobody looks.

    def test_refusals_are_counted_and_retried_when_told_to(self):
        seen = set()

        def refuses_once(request):
            text = request["messages"][-1]["content"]
            return not (text in seen or seen.add(text))
        self.server.refuses = refuses_once
        words = ("--rates", 50, "--requests", 4, "--max-tokens", 2, "--warm-up", 0)
        run = self.read(*words, "--seed", 1)["runs"][0]
        self.assertEqual([run["refused"], run["good"]], [4, 0])
        self.assertEqual(run["records"][0]["error"], SENTENCE)
        self.assertEqual(run["records"][0]["retry_after_ms"], 20)
        run = self.read(*words, "--seed", 2, "--retry", 1)["runs"][0]
        self.assertEqual([run["refused"], run["good"]], [0, 4])
        self.assertEqual(run["records"][0]["attempts"], 2)
        self.assertGreaterEqual(run["records"][0]["first_token_ms"], 20)

    def test_a_server_that_answers_nothing_right_is_a_failure(self):
        self.server.refuses, self.server.refusal = (lambda request: True), 400
        done = load("--url", self.server.url, expect=1)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr,
                         f"byeol load: a request before the load failed: {SENTENCE}\n")
        done = load("--url", self.server.url, "--warm-up", 0, "-n", 2, "-r", 100, expect=1)
        self.assertEqual(done.stderr, f"byeol load: every request failed: {SENTENCE}\n")
        self.assertRegex(done.stdout, r"0 of 2 \(0.0 %\)")

    def test_a_trace_says_when_what_is_asked(self):
        trace = ('{"at_ms": 100, "prompt": "Hello", "max_tokens": 2, "class": "voice",'
                 ' "deadline": {"first_ms": 0.001}}\n\n{"at_ms": 0, "max_tokens": 1}\n')
        run = self.read("--trace", "-", "--speed-up", 2, "--warm-up", 0, text=trace)["runs"][0]
        self.assertEqual([record["outcome"] for record in run["records"]], ["good", "late"])
        self.assertEqual(run["records"][1]["scheduled_ms"] - run["records"][0]["scheduled_ms"], 50)
        self.assertEqual(run["classes"]["voice"]["late"], 1)
        done = load("--url", self.server.url, "--trace", "-", text='{"at": 1}\n', expect=2)
        self.assertEqual(done.stderr, "byeol load: trace, line 1: unknown name 'at'\n")

    def test_scenarios(self):
        measured = self.read("--warm-prefix", 50, "--repeat", 2)
        self.assertEqual(len(measured["computed_samples_ms"]), 2)
        self.assertEqual(measured["cached_tokens"], 300)
        measured = self.read("--long-prompt", 50, "--repeat", 1, "--streams", 2)
        self.assertEqual(measured["prompt_tokens"], 321)
        self.assertGreater(measured["gap_before_ms"]["samples"], 20)

    def test_our_own_error_is_small(self):
        done = load("--stub", "--requests", 20, "--json", "-")
        measured = json.loads(done.stdout)
        self.assertEqual(measured["rate"], 50)
        self.assertEqual(measured["gap_ms"]["samples"], 20 * 63)
        self.assertLess(measured["first_token_ms"]["p50"], 20)


class RefusalTest(unittest.TestCase):
    def refuse(self, *words, code, says):
        done = load(*words, expect=code)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("byeol load: "), done.stderr)
        self.assertIn(says, done.stderr)

    def test_wrong_options_are_exit_code_2(self):
        for words in (("--rates", "x"), ("--rates", "0"), ("--requests", "0"),
                      ("--endpoint", "responses"), ("--on-miss", "finish"),
                      ("--temperature", "3"), ("--requests", "1", "--duration", "1"),
                      ("--rate", "1", "--trace", "f"), ("--speed-up", "2"),
                      ("--long-prompt", "9", "--warm-prefix", "9"), ("--streams", "2"),
                      ("--stub", "--url", "http://a"), ("--report", "f", "--stub"), ("--fast",)):
            with self.subTest(words=words):
                self.refuse(*words, code=2, says="see byeol load --help")
        self.refuse("--url", "127.0.0.1:80", code=2, says="must begin with http:// or https://")
        self.refuse("--repeat", "3", code=2, says="--repeat is for")
        self.refuse("--stub", "--rates", "1,2", code=2, says="--stub runs one rate")
        self.refuse("--rate", "0.001", "--duration", "0.001", code=2, says="no request arrives")

    def test_what_is_not_there_is_exit_code_1(self):
        server = Server()
        server.shutdown()
        server.server_close()
        self.refuse("--url", server.url, code=1, says=f"no server at {server.url} (")
        self.refuse("--warm-prefix", 9, "--url", server.url, code=1, says="no server at")
        self.refuse("--long-prompt", 9, "--url", server.url, code=1, says="no server at")
        self.refuse("--trace", "no/such/file", code=1, says="no/such/file")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
