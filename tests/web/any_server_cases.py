"""What the playground does with any server: the real one, too."""
from browser import wait_until
from mock_server import MockServer
from page_test_case import DONE, PageTestCase, RealServer


class AnyServerTest(PageTestCase):
    program = None  # `program serve`; None: the mock server.

    @classmethod
    def setUpClass(cls):
        cls.server = RealServer(cls.program) if cls.program else MockServer().start()
        cls.url = cls.server.address_url
        if cls.program:
            cls.addClassCleanup(cls.server.close)

    def test_an_answer_streams_and_says_how_it_went(self):
        page = self.open()
        self.ask("Why is the sky blue?", until=None)
        page.wait_for_selector(".answer[data-state=streaming] .prose > *")
        page.wait_for_selector(DONE, timeout=60_000)
        self.assertRegex(self.answer(), r"first token [\d.]+\s*m?s")
        self.assertRegex(self.answer(), r"[\d.,]+ tokens/s")
        self.assertEqual(page.bodies[0]["messages"],
                         [{"role": "user", "content": "Why is the sky blue?"}])
        self.assertTrue(page.bodies[0]["stream"])
        self.assertNotIn("deadline", page.bodies[0])
        self.assertNotIn("logprobs", page.bodies[0])

    def test_the_conversation_goes_on_and_begins_anew(self):
        page = self.open()
        self.set("#max_completion_tokens", 12)
        self.ask("Hello")
        self.ask("And again")
        roles = [message["role"] for message in page.bodies[1]["messages"]]
        self.assertEqual(roles, ["user", "assistant", "user"])
        page.click("#new")
        self.assertTrue(page.is_visible("#empty"))
        self.ask("Fresh")
        self.assertEqual(len(page.bodies[2]["messages"]), 1)

    def test_stop_keeps_what_came(self):
        page = self.open()
        self.set("#max_completion_tokens", 2000)
        self.ask("Write a very long story about a star. mock:long", until=".answer .prose > *")
        self.assertEqual(page.get_attribute("#send", "aria-label"), "Stop")
        page.click("#send")
        page.wait_for_selector(".answer[data-state=stopped]")
        self.assertIn("stopped", self.answer())
        self.assertEqual(page.get_attribute("#send", "aria-label"), "Send")

    def test_settings_arrive_in_the_request(self):
        page = self.open()
        for name, value in {"temperature": 0.35, "top_p": 0.9, "top_k": 12, "min_p": 0.1,
                            "frequency_penalty": 0.5, "presence_penalty": -0.5,
                            "repetition_penalty": 1.1, "max_completion_tokens": 9,
                            "seed": 7}.items():
            self.set(f"#{name}", value)
        page.select_option("#tier", "priority")
        page.fill("#system", "Be brief.")
        self.ask("Hello")
        body = page.bodies[0]
        self.assertEqual(body["messages"][0], {"role": "system", "content": "Be brief."})
        wanted = {"temperature": 0.35, "top_p": 0.9, "top_k": 12, "min_p": 0.1,
                  "frequency_penalty": 0.5, "presence_penalty": -0.5, "repetition_penalty": 1.1,
                  "max_completion_tokens": 9, "seed": 7, "service_tier": "priority",
                  "model": page.input_value("#model")}
        self.assertEqual({name: body.get(name) for name in wanted}, wanted)

        page.reload()
        self.assertEqual(page.input_value("#temperature"), "0.35")  # Remembered.
        page.click("#reset")
        self.ask("Hello")
        self.assertEqual(page.bodies[1]["temperature"], 0.8)
        for name in ("seed", "service_tier", "frequency_penalty", "repetition_penalty"):
            self.assertNotIn(name, page.bodies[1])

    def test_a_deadline_arrives_and_its_fate_is_told(self):
        page = self.open()
        page.click("[data-preset=messenger]")
        self.assertRegex(page.inner_text("#deadline-summary"), r"all 4\.5\ss")
        self.set("#deadline-first_ms", 12)  # 5 s: slow machines keep it, too.
        page.check("#on-miss-degrade")
        self.set("#max_completion_tokens", 16)
        self.ask("Hello")
        self.assertEqual(page.bodies[0]["deadline"],
                         {"first_ms": 5000, "total_ms": 4500, "on_miss": "degrade"})
        self.assertRegex(page.inner_text(".verdict"), "Deadline met|was late|too slow|too long")
        self.assertEqual(page.locator(".timeline .mark").count(), 2)
        page.click("[data-preset=none]")
        self.ask("Hello")
        self.assertNotIn("deadline", page.bodies[1])

    def test_probabilities_colour_tokens_and_show_alternatives(self):
        page = self.open()
        page.click("#probabilities")
        self.set("#max_completion_tokens", 40)
        self.ask("Why is the sky blue?")
        self.assertTrue(page.bodies[0]["logprobs"])
        self.assertEqual(page.bodies[0]["top_logprobs"], 5)
        tokens = page.locator(".token")
        self.assertGreater(tokens.count(), 8)
        grounds = page.evaluate("""[...new Set([...document.querySelectorAll(".token")]
            .map((token) => getComputedStyle(token).backgroundColor))]""")
        self.assertGreater(len(grounds), 1)
        page.hover(".token >> nth=3")
        self.assertRegex(page.inner_text("#token-panel"), r"Token .+, [\d.]+\s%")
        self.assertGreaterEqual(page.locator("#token-panel li").count(), 4)
        page.mouse.move(5, 5)
        page.wait_for_selector("#token-panel", state="hidden")
        # The same with keys: one stop for all tokens, then arrows.
        page.locator(".token[tabindex='0']").focus()
        page.keyboard.press("ArrowRight")
        self.assertEqual(page.evaluate("[...document.querySelectorAll('.token')]"
                                       ".indexOf(document.activeElement)"), 1)
        self.assertTrue(page.is_visible("#token-panel"))
        self.assertEqual(page.evaluate("document.activeElement.getAttribute('aria-describedby')"),
                         "token-panel")
        page.keyboard.press("Escape")
        self.assertFalse(page.is_visible("#token-panel"))
        page.click("#probabilities")
        self.assertTrue(page.is_visible(".answer .prose"))

    def test_the_scheduler_is_seen_at_work(self):
        page = self.open()
        wait_until(page, "document.querySelector('#live-counters dd').textContent !== '–'")
        self.set("#max_completion_tokens", 400)
        self.ask("Tell a long story. mock:long", until=".strip .badge.own:not([hidden])")
        wait_until(page, "document.querySelector('.sparkline .decodes').getAttribute('d')")
        before = page.inner_text("#live-counters .steps dd")
        wait_until(page, "document.querySelector('#live-counters .steps dd')"
                         f".textContent !== '{before}'")
        page.keyboard.press("Escape")
        page.wait_for_selector(".strip .badge.own", state="hidden")

    def test_the_page_needs_no_inline_code(self):
        page = self.open()
        policy = page.request.get(self.url).headers.get("content-security-policy", "")
        self.assertIn("default-src 'self'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(page.locator("[style], [onclick]").evaluate_all(
            "(all) => all.filter((one) => one.hasAttribute('onclick')).length"), 0)
