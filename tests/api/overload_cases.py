"""Deadlines that cannot be kept, ever or now: 429, and when to come again."""
import contextlib
import http.client
import json
import threading
import time

import openai

from api_case import MODEL
from deadline_case import CHAT, ENDLESS, DeadlineCase


class OverloadTest(DeadlineCase):
    def test_the_impossible_is_refused_for_good(self):
        answer = self.ask({"total_ms": 1}, max_completion_tokens=1000)
        self.judged("POST", CHAT, answer)
        self.assertEqual(answer.status, 429)
        self.assertEqual(answer.json["error"]["code"], "deadline_impossible")
        self.assertEqual(answer.headers["x-should-retry"], "false")
        self.assertNotIn("retry-after-ms", answer.headers)
        asked = time.monotonic()
        with self.assertRaises(openai.RateLimitError):  # The client believes it.
            self.client_of(self.server, max_retries=5).chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "hi"}], max_tokens=1000,
                extra_body={"deadline": {"total_ms": 1}})
        self.assertLess(time.monotonic() - asked, 5)

    @staticmethod
    def read_in_the_background(response):
        """To its end, or until somebody closes it."""
        def read():
            with contextlib.suppress(OSError, ValueError, AttributeError,
                                     http.client.HTTPException):
                response.read()
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def gap_ms(self):
        """A token's time, alone, as the server measured it."""
        return max(1, min(self.report(self.ask({"total_ms": 80_000}))["mean_gap_ms"]
                          for _ in range(3)))

    def fill(self, body):
        """Streams under way until one more is refused: that answer, and threads that read."""
        readers = []
        for _ in range(128):  # There is no memory for so many.
            connection, response = self.server.begin("POST", CHAT, body)
            if response.status == 429:
                answer = json.loads(response.read())
                connection.close()
                return response.headers, answer["error"], readers
            readers.append(self.read_in_the_background(response))
        self.fail("128 streams were promised a pace of three tokens' time")

    def test_what_does_not_fit_now_is_told_when_it_will(self):
        body = self.chat_body("Tell me a long story.", stream=True,
                              deadline={"gap_ms": 3 * self.gap_ms()},
                              **ENDLESS | {"max_completion_tokens": 120})
        headers, error, readers = self.fill(body)
        began = time.monotonic()
        told_ms = int(headers["retry-after-ms"])
        self.assertGreater(told_ms, 0)
        self.assertEqual(headers["x-should-retry"], "true")
        self.assertGreaterEqual(int(headers["retry-after"]) * 1000, told_ms)
        self.assertEqual(error["code"], "deadline_unavailable")

        wait_ms, tries, status = told_ms, 0, 429
        while status == 429 and tries < 10:  # As a client does: again when it was told.
            time.sleep(wait_ms / 1e3)
            connection, response = self.server.begin("POST", CHAT, body)
            status, tries = response.status, tries + 1
            needed_ms = (time.monotonic() - began) * 1e3
            wait_ms = int(response.headers.get("retry-after-ms", 0))
            response.close()
            connection.close()
        ended = sum(not reader.is_alive() for reader in readers)
        for reader in readers:
            reader.join()
        print(f"\n  retry-after-ms said {told_ms}, let in after {needed_ms:.0f} ms at try {tries}, "
              f"when {ended} of {len(readers)} streams had ended", flush=True)
        # Right within a fifth on a quiet machine; this one may not be quiet.
        self.assertEqual(status, 200)
        self.assertLess(needed_ms, 3 * told_ms + 5000)

    def test_the_client_waits_as_it_was_told_and_is_served(self):
        pace = {"gap_ms": 3 * self.gap_ms()}
        _, _, readers = self.fill(self.chat_body(
            "Tell me a long story.", stream=True, deadline=pace,
            **ENDLESS | {"max_completion_tokens": 120}))
        answer = self.client_of(self.server, max_retries=20).chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "hi"}], max_tokens=5,
            extra_body={"deadline": pace})
        self.assertTrue(answer.choices[0].message.content)
        for reader in readers:
            reader.join()

    def test_tiers_go_first_and_are_counted(self):
        for tier, name in (("flex", "flex"), ("priority", "priority"), ("realtime", "realtime")):
            self.assertEqual(self.ask(None, service_tier=tier, max_completion_tokens=2).status, 200)
            counted = [value for (metric, labels), value in self.server.metrics().items()
                       if metric == "byeol_turns_total" and f'class="{name}"' in labels]
            self.assertGreaterEqual(sum(counted), 1)
