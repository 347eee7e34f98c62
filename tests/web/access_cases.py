"""Who can use the playground: keys, screen readers, languages, themes, narrow windows."""
import re

from contrast import low_contrasts
from page_test_case import DONE, ScriptedTestCase


class AccessTest(ScriptedTestCase):
    def test_keys_alone_do_everything(self):
        page = self.open()
        self.assertEqual(page.evaluate("document.activeElement.id"), "message")
        page.keyboard.type("One")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("mock:slow")
        self.assertEqual(page.input_value("#message"), "One\nmock:slow")
        page.keyboard.press("Enter")
        page.wait_for_selector(".answer .prose > *")
        page.keyboard.press("Escape")
        page.wait_for_selector(".answer[data-state=stopped]")
        # Enter that ends a syllable sends nothing.
        page.evaluate("""document.querySelector("#message").dispatchEvent(new KeyboardEvent(
            "keydown", {key: "Enter", isComposing: true, bubbles: true}))""")
        self.assertEqual(page.locator(".message").count(), 2)
        # The skip link is the first stop, and every stop can be seen.
        page.evaluate("document.activeElement.blur(); document.body.focus(); scrollTo(0, 0)")
        page.reload()
        page.evaluate("document.activeElement.blur()")
        page.evaluate("document.querySelector('.skip').focus()")
        self.assertGreaterEqual(page.locator(".skip").bounding_box()["y"], 0)
        page.keyboard.press("Enter")
        self.assertEqual(page.evaluate("document.activeElement.id"), "message")
        stops = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            stop, outline = page.evaluate("""() => { const one = document.activeElement;
                return [one.id || one.dataset.preset || one.getAttribute("aria-label") || one.name,
                        getComputedStyle(one).outlineStyle]; }""")
            # The message's card is outlined instead; no stop is the browser itself.
            if stop and stop != "message":
                self.assertNotEqual(outline, "none", stop)
            stops.add(stop)
        for wanted in ("deadline-summary", "probabilities", "theme", "language", "new", "voice",
                       "deadline-first_ms", "temperature", "api-key", "reset", "conversation"):
            self.assertIn(wanted, stops | {"conversation" if "Conversation" in stops else ""})

    def test_a_screen_reader_hears_sentences(self):
        page = self.open()
        self.assertEqual(page.get_attribute("#announcer", "aria-live"), "polite")
        self.ask("mock:sky")
        said = page.locator("#announcer p").all_text_contents()
        self.assertIn("Byeol is answering.", said)
        self.assertIn("Sunlight holds all colours.", " ".join(said))
        self.assertEqual(said[-1], "The answer is complete.")
        unnamed = page.evaluate("""[...document.querySelectorAll("button, input, select, textarea")]
            .filter((one) => !one.labels?.length && !one.getAttribute("aria-label")
                             && one.textContent.trim() === "").map((one) => one.outerHTML)""")
        self.assertEqual(unnamed, [])

    def test_korean_covers_every_text(self):
        page = self.open()
        page.click("[data-preset=chat]")
        self.ask("mock:missed")
        page.click("#language")
        self.assertEqual(page.evaluate("document.documentElement.lang"), "ko")
        self.assertIn("첫 토큰이 늦음", page.inner_text(".verdict"))
        self.assertEqual(page.get_attribute("#send", "aria-label"), "보내기")
        page.wait_for_timeout(500)  # The live view speaks it at its next picture.
        text = page.inner_text("body")
        for answer in page.locator(".prose, .bubble, #announcer").all_inner_texts():
            text = text.replace(answer, "")
        latin = set(re.findall(r"[A-Za-z][A-Za-z-]+", text))
        names = {"Byeol", "English", "smollm", "gemma", "Enter", "Shift", "Esc", "API", "Top-p",
                 "Top-k", "Min-p", "ms"}
        self.assertEqual(latin - names, set())
        same = page.evaluate("""async () => {
            const [en, ko] = await Promise.all(["en", "ko"].map((l) => import(`./texts_${l}.js`)));
            return [Object.keys(en.default), Object.keys(ko.default)]; }""")
        self.assertEqual(*same)
        page.reload()
        self.assertEqual(page.evaluate("document.documentElement.lang"), "ko")
        self.assertEqual(self.open(locale="ko-KR").inner_text("#new"), "새 대화")

    def test_every_text_the_page_asks_for_exists(self):
        page = self.open()
        known = set(page.evaluate(
            "import('./texts_en.js').then((texts) => Object.keys(texts.default))"))
        asked = set(page.evaluate("""[...document.querySelectorAll("*")].flatMap((one) => [
            one.dataset?.i18n, one.dataset?.i18nLabel, one.dataset?.i18nPlaceholder])
            .filter((key) => key)"""))
        self.assertEqual(asked - known, set())

    def test_dark_and_light(self):
        ground = "getComputedStyle(document.body).backgroundColor"
        page = self.open(color_scheme="dark")
        dark = page.evaluate(ground)
        page.click("#theme")
        light = page.evaluate(ground)
        self.assertNotEqual(dark, light)
        page.reload()
        self.assertEqual(page.evaluate(ground), light)
        page.click("#theme")
        self.assertEqual(page.evaluate(ground), dark)
        page.emulate_media(color_scheme="light")  # Back with the system, it follows the system.
        self.assertEqual(page.evaluate(ground), light)

    def test_texts_can_be_read_in_both_themes(self):
        for scheme in ("light", "dark"):
            page = self.open(color_scheme=scheme)
            page.click("[data-preset=voice]")
            page.click("#probabilities")
            self.server.refused = 0
            self.ask("mock:busy", until=".error")
            self.ask("mock:missed")
            self.ask("mock:sky")
            page.hover(".token >> nth=2")
            with self.subTest(scheme):
                self.assertEqual(low_contrasts(page), [])
            page.context.close()

    def test_a_narrow_phone_scrolls_in_one_direction_only(self):
        for locale in ("en-GB", "ko-KR"):
            page = self.open(viewport={"width": 360, "height": 640}, locale=locale)
            self.ask("mock:code")
            self.assertEqual(self.overflow(), 0)
            for panel in ("settings", "scheduler"):
                page.click(f"#open-{panel}")
                self.assertTrue(page.is_visible(f"#{panel}"))
                self.assertTrue(page.evaluate("document.querySelector('#main').inert"))
                self.assertTrue(page.evaluate(f"document.querySelector('#{panel}')"
                                              ".contains(document.activeElement)"))
                box = page.locator(f"#{panel}").bounding_box()
                self.assertGreaterEqual(box["x"], 0)
                self.assertLessEqual(box["x"] + box["width"], 360)
                inner = page.locator(f"#{panel} .panel-body").evaluate(
                    "(one) => one.scrollWidth - one.clientWidth")
                self.assertEqual(inner, 0)
                page.keyboard.press("Escape")
                self.assertFalse(page.is_visible(f"#{panel}"))
                self.assertEqual(page.evaluate("document.activeElement.id"), f"open-{panel}")
