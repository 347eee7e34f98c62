"""Requests that say by when they need their answer."""
import contextlib
import json
import signal
import threading
import time

from conformance import split_events
from deadline_case import CHAT, ENDLESS, DeadlineCase
from openai_schema import problem
from served import wait_until


class DeadlineTest(DeadlineCase):
    def test_a_deadline_that_is_kept_is_told(self):
        answer = self.ask({"first_ms": 60_000, "gap_ms": 20_000, "total_ms": 80_000})
        report = self.report(answer)
        self.assertTrue(report["met"])
        self.assertIsNone(report["missed"])
        self.assertLess(report["first_ms"], report["total_ms"])
        self.assertLessEqual(report["mean_gap_ms"], report["max_gap_ms"])
        self.assertEqual(answer.headers["x-deadline-met"], "true")
        for name in ("x-deadline-first-ms", "x-deadline-gap-ms", "x-deadline-total-ms"):
            self.assertGreaterEqual(int(answer.headers[name]), 0)

    def test_headers_say_it_for_clients_that_cannot(self):
        report = self.report(self.ask(None, {"x-deadline-total-ms": "80000",
                                             "x-deadline-on-miss": "finish"}))
        self.assertTrue(report["met"])
        for header, value in (("x-deadline-total-ms", "soon"), ("x-deadline-first-ms", "-1"),
                              ("x-deadline-on-miss", "cry"), ("x-deadline-gap-ms", "\xff")):
            self.refusal(CHAT, self.chat_body(), param=header, headers={header: value})
        # The body wins.
        self.assertEqual(self.ask({"total_ms": 80_000}, {"x-deadline-total-ms": "1"}).status, 200)

    def test_without_a_deadline_there_is_no_report(self):
        answer = self.ask(None)
        self.assertNotIn("deadline", answer.json)
        self.assertNotIn("x-deadline-met", answer.headers)

    def test_the_end_of_a_stream_tells_it(self):
        body = self.chat_body(stream=True, deadline={"total_ms": 80_000})
        chunks = [chunk for _, chunk in self.events(CHAT, body)]
        reports = [chunk["deadline"] for chunk in chunks if "deadline" in chunk]
        self.assertEqual(len(reports), 1)
        self.assertIsNone(problem("DeadlineReport", reports[0]))

    def test_responses_and_completions_know_deadlines_too(self):
        for path, body in (("/v1/responses", {"input": "hi", "max_output_tokens": 16}),
                           ("/v1/completions", {"prompt": "hi", "max_tokens": 8})):
            answer = self.post(path, body | {"deadline": {"total_ms": 80_000}})
            self.assertIsNone(problem("DeadlineReport", answer["deadline"]))
            self.refusal(path, body | {"deadline": {"first_ms": 0.001}}, 429)

    def test_finish_ends_the_answer_in_time(self):
        total_ms = 2500
        answer = self.ask({"total_ms": total_ms, "on_miss": "finish"}, max_completion_tokens=1500)
        report = self.report(answer)
        choice = answer.json["choices"][0]
        self.assertEqual(choice["finish_reason"], "length")
        self.assertTrue(report["finished_early"])
        print(f"\n  finish: {report['total_ms']:.0f} of {total_ms} ms, "
              f"{answer.json['usage']['completion_tokens']} tokens", flush=True)
        self.assertLess(report["total_ms"], 2 * total_ms)  # A neighbour may take the machine.
        text = choice["message"]["content"]
        tokens = answer.json["usage"]["completion_tokens"]
        self.assertLess(tokens, 1500)
        whole = self.ask(None, max_completion_tokens=tokens + 8).json
        self.assertTrue(whole["choices"][0]["message"]["content"].startswith(text))

    @contextlib.contextmanager
    def stopped(self, seconds):
        """The machine is gone for a while, as when a laptop sleeps."""
        self.server.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.server.process.send_signal(signal.SIGCONT)
        yield

    def late_stream(self, on_miss, first_tokens=3, **more):
        """The events of a stream whose deadline was missed on the way."""
        body = self.chat_body("Tell me a long story.", stream=True, **ENDLESS,
                              deadline={"total_ms": 6000, "on_miss": on_miss}) | {
                                  "max_completion_tokens": 60} | more
        connection, response = self.server.begin("POST", CHAT, body)
        self.assertEqual(response.status, 200, response.read(300) if response.status != 200 else "")
        head = b"".join(response.readline() for _ in range(2 * first_tokens))
        with self.stopped(6.2):
            events = split_events(head + response.read())
        connection.close()
        return events

    def test_abort_stops_and_says_so(self):
        events = self.late_stream("abort", max_completion_tokens=60)
        error = json.loads(events[-1][1])
        self.assertIsNone(problem("ErrorResponse", error))
        self.assertEqual(error["error"]["code"], "deadline_exceeded")

    def test_degrade_goes_on_and_says_so(self):
        events = self.late_stream("degrade")
        self.assertEqual(events.pop(), (None, "[DONE]"))
        report = json.loads(events[-1][1])["deadline"]
        self.assertFalse(report["met"])
        self.assertEqual(report["missed"], "total")
        self.assertFalse(report["finished_early"])

    def test_abort_of_a_plain_answer_is_408_and_not_tried_again(self):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(self.ask(
            {"total_ms": 5000, "on_miss": "abort"}, max_completion_tokens=80)))
        thread.start()
        self.assertTrue(wait_until(lambda: self.server.scheduler()["turns"], 4))
        with self.stopped(5.2):
            thread.join()
        self.judged("POST", CHAT, answers[0])
        self.assertEqual(answers[0].status, 408, answers[0].body[:300])
        self.assertEqual(answers[0].json["error"]["code"], "deadline_exceeded")
        self.assertEqual(answers[0].headers["x-should-retry"], "false")

    def test_kept_and_missed_deadlines_are_counted(self):
        before = self.server.total("byeol_deadline_met_total")
        self.report(self.ask({"total_ms": 80_000}))
        self.assertEqual(self.server.total("byeol_deadline_met_total"), before + 1)

    def test_the_request_log_has_a_line_for_each(self):
        answer = self.ask({"total_ms": 70_000, "on_miss": "finish"}, {"x-request-id": "logged-1"})
        self.ask({"total_ms": 1}, {"x-request-id": "logged-2"}, max_completion_tokens=1000)

        def lines():
            # Lines are written at least once a second, while turns end.
            self.ask(None, max_completion_tokens=1)
            with open(self.log) as file:
                read = [json.loads(line) for line in file if line.endswith("\n")]
            self.assertEqual(read[0]["byeol_request_log"], 1)
            return {line["request"]: line for line in read if "request" in line}
        self.assertTrue(wait_until(lambda: "logged-2" in lines(), 20, 0.3))
        for line in lines().values():
            self.assertIsNone(problem("RequestLogLine", line))
        line = lines()["logged-1"]
        self.assertEqual(line["deadline"], {"first_ms": None, "gap_ms": None, "total_ms": 70_000,
                                            "on_miss": "finish", "insists": True})
        self.assertEqual(line["endpoint"], "chat")
        self.assertEqual(line["output_tokens"], answer.json["usage"]["completion_tokens"])
        self.assertEqual(line["outcome"], "length")
        self.assertAlmostEqual(line["total_ms"], answer.json["deadline"]["total_ms"], delta=0.01)
        self.assertLess(abs(line["arrival_ms"] / 1e3 - time.time()), 120)
        self.assertEqual(lines()["logged-2"]["outcome"], "refused")
        with open(self.log) as file:
            self.assertNotIn("story", file.read())
