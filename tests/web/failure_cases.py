"""What the playground says and offers when something fails."""
from page_test_case import DONE, ScriptedTestCase


class FailureTest(ScriptedTestCase):
    def test_stop_hangs_up(self):
        page = self.open()
        self.ask("mock:slow", until=".answer .prose > *")
        page.keyboard.press("Escape")
        page.wait_for_selector(".answer[data-state=stopped]")
        for _ in range(40):
            if self.server.hung_up:
                break
            page.wait_for_timeout(50)
        self.assertEqual(self.server.hung_up, 1)

    def test_a_refusal_counts_down_and_is_asked_again(self):
        page = self.open()
        page.click("[data-preset=voice]")
        self.ask("mock:busy", until=".error")
        self.assertIn("too busy to keep this deadline", page.inner_text(".error"))
        again = page.locator(".error button.primary")
        self.assertTrue(again.is_disabled())
        seen = {page.inner_text(".error .wait")}
        for _ in range(30):
            page.wait_for_timeout(100)
            seen.add(page.inner_text(".error .wait"))
        self.assertGreaterEqual(len(seen), 3, seen)
        self.assertIn("It can be tried again now.", seen)
        again.click()
        page.wait_for_selector(DONE)
        self.assertEqual(page.bodies[0], page.bodies[1])
        self.assertEqual(page.locator(".error").count(), 0)

    def test_a_refusal_can_be_sent_without_the_deadline(self):
        page = self.open()
        page.click("[data-preset=voice]")
        self.ask("mock:never", until=".error")
        self.assertIn("cannot be kept", page.inner_text(".error"))
        self.assertEqual(page.locator(".error button").count(), 1)
        page.click("text=Send without a deadline")
        page.wait_for_selector(DONE)
        self.assertNotIn("deadline", page.bodies[1])

    def test_an_error_in_the_middle_keeps_what_came(self):
        page = self.open()
        self.ask("mock:error", until=".answer[data-state=failed]")
        self.assertIn("The sky is blue", self.answer())
        self.assertIn("The answer broke off.", self.answer())
        self.assertIn("ran out of memory", self.answer())
        self.ask("mock:cut", until=".answer:last-child[data-state=failed]")
        self.assertIn("The connection ended before the answer did.", self.answer())
        page.click(".answer:last-child .error button")
        page.wait_for_selector(".answer:last-child[data-state=streaming]")

    def test_other_failures_are_said_plainly(self):
        page = self.open()
        self.ask("mock:context", until=".error")
        self.assertIn("longer than the model can read", self.answer())
        self.ask("mock:key", until=".answer:last-child .error")
        self.assertIn("wants an API key", self.answer())
        page.fill("#api-key", "star")
        page.press("#api-key", "Tab")
        page.click(".answer:last-child .error button")
        page.wait_for_selector(DONE)
        self.assertEqual(page.evaluate("sessionStorage['byeol.key']"), "star")
        self.assertNotIn("star\"", page.evaluate("JSON.stringify(localStorage)"))
        page.route("**/chat/completions", lambda route: route.abort())
        self.ask("Hello", until=".answer:last-child .error")
        self.assertIn("cannot be reached", self.answer())
        # A question that got no answer is not sent twice.
        page.unroute("**/chat/completions")
        self.ask("Once more")
        contents = [message["content"] for message in page.bodies[-1]["messages"]]
        self.assertEqual(contents[-1], "Once more")
        self.assertNotIn("Hello", contents)

    def test_the_live_view_comes_back_and_can_be_absent(self):
        self.server.has_live_view = False
        page = self.open()
        page.wait_for_selector("text=This server shows no live view.")
        self.server.has_live_view = True
        page.click("#open-scheduler")
        page.click("#open-scheduler")
        page.wait_for_selector(".strip")
        self.assertGreater(page.locator(".sparkline").count(), 1)
        page.click("#open-scheduler")
        self.assertFalse(page.is_visible("#scheduler"))
