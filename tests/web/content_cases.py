"""How messages are shown: markup, Markdown, tokens, thoughts; and the stream they come in."""
from page_test_case import DONE, ScriptedTestCase


class ContentTest(ScriptedTestCase):
    def test_markup_of_a_model_stays_text(self):
        page = self.open()
        self.ask("mock:markup")
        self.assertIn("<img src=x onerror=", self.answer())
        self.assertIn("</script>", self.answer())
        self.assertEqual(page.locator(".answer :is(img, script, b, style, a)").count(), 0)
        page.click("#probabilities")
        self.ask("mock:markup <b id=mine>too</b>")
        self.assertEqual(page.locator("#messages :is(img, script, b, style, a)").count(), 0)
        self.assertIn("<b id=mine>too</b>", page.inner_text(".question:nth-last-child(2)"))
        self.assertIsNone(page.evaluate("window.injected ?? null"))

    def test_markdown_becomes_structure(self):
        page = self.open()
        self.ask("mock:code")
        body = page.locator(".answer .prose")
        self.assertEqual(body.locator("h3").inner_text(), "Recursion")
        self.assertIn("def stars(n):\n    return", body.locator("pre code").inner_text())
        self.assertEqual(body.locator("blockquote code").inner_text(), "n == 0")
        self.assertEqual(body.locator("ul ul li").inner_text(), "which gets nearer to the end")
        self.ask("mock:sky")
        self.assertEqual(page.locator(".answer:last-child ol > li").count(), 3)
        strong = page.locator(".answer:last-child strong").inner_text()
        self.assertEqual(strong, "sunlight meets air")

    def test_hangul_cut_inside_a_syllable_is_whole(self):
        page = self.open()
        page.click("#probabilities")
        self.ask("하늘은 왜 파란가요?")
        text = page.locator(".tokens").evaluate("(one) => one.textContent")
        self.assertTrue(text.startswith("하늘이 파란 이유는 **빛의 산란** 때문입니다."), text)
        self.assertGreater(page.locator(".token.partial").count(), 0)
        page.hover(".token.partial >> nth=0")
        self.assertRegex(page.inner_text("#token-panel"), r"Token ([0-9A-F]{2} ?)+")

    def test_a_missed_deadline_and_thoughts_are_told(self):
        page = self.open()
        page.click("[data-preset=chat]")
        self.ask("mock:missed")
        self.assertIn("First token was late", page.inner_text(".verdict.missed"))
        self.ask("mock:think")
        self.assertEqual(page.locator(".answer:last-child .thoughts p").text_content(),
                         "The user asks about the sky.")

    def test_edit_regenerate_and_copy(self):
        page = self.open(permissions=["clipboard-read", "clipboard-write"])
        self.ask("First thought")
        page.click(".answer [aria-label='Answer again']")
        page.wait_for_selector(".answer[data-state=streaming]")
        page.wait_for_selector(DONE)
        self.assertEqual(page.bodies[0], page.bodies[1])
        page.click("[aria-label=Edit]")
        page.keyboard.press("Escape")
        self.assertEqual(page.evaluate("document.activeElement.getAttribute('aria-label')"), "Edit")
        page.keyboard.press("Enter")
        page.fill("[aria-label='Edit the message']", "Second thought")
        page.keyboard.press("Enter")
        page.wait_for_selector(DONE)
        self.assertEqual(page.bodies[2]["messages"],
                         [{"role": "user", "content": "Second thought"}])
        self.assertEqual(page.locator(".message").count(), 2)
        page.click(".answer [aria-label=Copy]")
        page.wait_for_selector("[aria-label=Copied]")
        copied = page.evaluate("navigator.clipboard.readText()")
        self.assertTrue(copied.startswith("The sky is blue"), copied)

    def test_events_are_read_however_they_are_cut(self):
        page = self.open()
        got = page.evaluate("""async () => {
            const { events } = await import("./sse.js");
            const bytes = new TextEncoder().encode("\\ufeff: hello\\r\\ndata: 별\\r\\n\\r\\n" +
                "data:a\\ndata:\\ndata: b\\n\\nevent: x\\n\\ndata: {}\\r\\rdata: never ended");
            const read = async (size) => {
                const body = new ReadableStream({ start(to) {
                    for (let at = 0; at < bytes.length; at += size) {
                        to.enqueue(bytes.slice(at, at + size));
                    }
                    to.close();
                } });
                const all = [];
                for await (const data of events(body)) all.push(data);
                return JSON.stringify(all);
            };
            return [...new Set(await Promise.all([1, 2, 3, 5, 1000].map(read)))]; }""")
        self.assertEqual(got, ['["별","a\\n\\nb","{}"]'])

    def test_a_base_model_says_so(self):
        page = self.open()
        self.assertFalse(page.is_visible("#base-model"))
        page.select_option("#model", "gemma3-270m")
        self.assertTrue(page.is_visible("#base-model"))
