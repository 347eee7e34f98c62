#!/usr/bin/env python3
"""chat_test.py PROGRAM: `byeol chat` under a pseudo terminal, and with pipes."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

import models
from terminal import PASTE_BEGIN, PASTE_END, Terminal

PROGRAM = None
CTRL_C, CTRL_D, BACKSPACE, UP = "\x03", "\x04", "\x7f", "\x1b[A"
FAMILY = "👨\u200d👩\u200d👧"


class ChatTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol chat ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.model = models.tiny_chat(folder.name)

    def setUp(self):
        self.state = tempfile.TemporaryDirectory(prefix="byeol state ")
        self.addCleanup(self.state.cleanup)
        self.environment = {**os.environ, "XDG_STATE_HOME": self.state.name, "LC_ALL": "C",
                            "NO_COLOR": "1"}

    def start(self, *arguments, model=None, **options):
        command = [PROGRAM, "chat", "--model", str(model or self.model), *arguments]
        terminal = Terminal(command, self.environment, **options)
        self.addCleanup(terminal.close)
        terminal.wait_for_prompt()
        return terminal

    def history(self):
        path = pathlib.Path(self.state.name, "byeol/chat_history")
        return path.read_text().splitlines() if path.exists() else []

    def say(self, terminal, text):
        """Sends a message; what was shown from there to the next prompt."""
        terminal.type(text + "\r")
        terminal.expect("\x1b\\[\\?2004l")
        mark = terminal.seen
        terminal.wait_for_prompt()
        return terminal.output[mark:terminal.seen]

    def pipe(self, lines, *arguments, model=None, expect=0):
        process = subprocess.run(
            [PROGRAM, "chat", "--model", str(model or self.model), *arguments], input=lines,
            env=self.environment, capture_output=True, timeout=300)
        self.assertEqual(process.returncode, expect, process.stderr)
        return process.stdout.decode(), process.stderr.decode()


class TerminalTest(ChatTest):
    def test_answers_and_ends_with_ctrl_d_leaving_the_terminal_as_it_was(self):
        terminal = self.start("--seed", "1", "--max-tokens", "8")
        self.assertNotEqual(terminal.mode(), terminal.mode_before)
        self.assertIn("/help lists the commands", terminal.output)
        self.assertIn("cut after 8 tokens", self.say(terminal, "hello"))
        terminal.type(CTRL_D)
        self.assertEqual(terminal.wait_for_end(), 0)
        self.assertEqual(terminal.mode(), terminal.mode_before)
        self.assertEqual(self.history(), ["hello"])

    def test_the_answer_streams_and_ctrl_c_stops_it_and_not_the_program(self):
        terminal = self.start("--seed", "1", "--max-tokens", "0",
                              model=models.real("smollm2-135m"))
        terminal.type("Tell me a very long story about a fox.\r")
        terminal.expect("\x1b\\[\\?2004l")
        terminal.expect("[A-Za-z ]{20}")  # It is on its way ...
        self.assertNotIn("\x1b[?2004h", terminal.output[terminal.seen:])  # ... and not over,
        terminal.type(CTRL_C)
        terminal.expect(r"\(stopped\)")
        terminal.wait_for_prompt()
        self.assertIn("tokens/s", self.say(terminal, "/stats"))
        # and the part that was shown is part of the conversation.
        self.assertIn("taken back", self.say(terminal, "/undo"))
        self.assertIn("nothing to take back", self.say(terminal, "/undo"))
        terminal.type("/exit\r")
        self.assertEqual(terminal.wait_for_end(), 0)

    def test_what_is_typed_while_an_answer_comes_waits_unseen(self):
        terminal = self.start("--seed", "1", "--max-tokens", "60",
                              model=models.real("smollm2-135m"))
        terminal.type("Tell me a very long story about a fox.\r")
        terminal.expect("\x1b\\[\\?2004l")
        terminal.expect("[A-Za-z ]{10}")
        mark = terminal.seen
        terminal.type("/set top-k 77\r")
        terminal.wait_for_prompt()
        self.assertNotIn("top-k 77", terminal.output[mark:terminal.seen].split("\x1b[?2004h")[0])
        terminal.expect("min-p 0.05")
        terminal.wait_for_prompt()

    def test_ctrl_c_throws_a_draft_away_and_on_nothing_tells_how_to_leave(self):
        terminal = self.start("--max-tokens", "2")
        terminal.type("draft")
        terminal.expect("draft")
        terminal.type(CTRL_C)
        terminal.wait_for_prompt()
        self.assertNotIn("Ctrl-D or /exit", terminal.output)
        terminal.type(CTRL_C)
        terminal.expect("Ctrl-D or /exit ends")
        terminal.wait_for_prompt()
        self.say(terminal, "kept")
        self.assertEqual(self.history(), ["kept"])

    def test_pasted_lines_are_one_message(self):
        terminal = self.start("--max-tokens", "2")
        terminal.type(PASTE_BEGIN + "one\rtwo 둘\r\nthree\r" + PASTE_END)
        terminal.expect("three")
        self.say(terminal, "")
        self.say(terminal, "four\\\rfive\x1b\rsix")
        self.assertEqual(self.history(), ["one\\ntwo 둘\\nthree", "four\\nfive\\nsix"])

    def test_backspace_takes_what_a_person_calls_a_character(self):
        terminal = self.start("--max-tokens", "2")
        terminal.type("한국어")
        terminal.expect("한국어")
        terminal.type(BACKSPACE)
        terminal.type(f" {FAMILY}{FAMILY}")
        terminal.expect(FAMILY)
        terminal.type(BACKSPACE)
        terminal.type("e\u0301e\u0301" + BACKSPACE)
        self.say(terminal, "!")
        self.assertEqual(self.history(), [f"한국 {FAMILY}e\u0301!"])

    def test_history_comes_back_also_the_next_time(self):
        terminal = self.start("--max-tokens", "2")
        self.say(terminal, "first")
        self.say(terminal, "second")
        terminal.type(CTRL_D)
        terminal.wait_for_end()
        terminal = self.start("--max-tokens", "2")
        terminal.type(UP + UP)
        terminal.expect("first")
        self.say(terminal, "!")
        self.assertEqual(self.history(), ["first", "second", "first!"])

    def test_no_history_keeps_nothing(self):
        terminal = self.start("--max-tokens", "2", "--no-history")
        self.say(terminal, "secret")
        self.assertEqual(self.history(), [])

    def test_commands(self):
        terminal = self.start("--seed", "1", "--max-tokens", "6", "--system", "Be kind.")
        self.assertIn("/retry", self.say(terminal, "/help"))
        self.assertIn("no command /foo", self.say(terminal, "/foo"))
        self.assertIn("no answer yet to retry", self.say(terminal, "/retry"))
        self.assertIn("system: Be kind.", self.say(terminal, "/system"))
        self.assertIn("system: Be brief.", self.say(terminal, "/system Be brief."))
        self.assertIn("no system prompt", self.say(terminal, "/system off"))
        self.assertIn("temperature 0.5", self.say(terminal, "/set temperature 0.5"))
        self.assertIn("top-k wants a number", self.say(terminal, "/set top-k x"))
        self.assertNotIn("tokens/s", self.say(terminal, "hi"))
        self.assertRegex(self.say(terminal, "/stats on"), "tokens/s.* seed 1\r")
        self.assertRegex(self.say(terminal, "/retry"), "tokens/s.* seed 2\r")
        self.assertRegex(self.say(terminal, "more"), r", [1-9]\d* of them reused; seed 1\r")
        self.say(terminal, "/stats off")
        self.assertNotIn("tokens/s", self.say(terminal, "again"))
        self.assertIn("forgotten", self.say(terminal, "/reset"))
        self.assertIn("nothing to take back", self.say(terminal, "/undo"))

    def test_when_the_context_is_full_it_is_told_once(self):
        terminal = self.start("--seed", "1", "--max-tokens", "6")
        shown = "".join(self.say(terminal, f"{i} " + "words " * 8) for i in range(8))
        self.assertEqual(shown.count("the oldest messages are forgotten"), 1, shown)
        # A message that is too long is refused, and the program goes on.
        self.assertIn("fit into the context", self.say(terminal, "z" * 300))
        self.assertIn("cut after", self.say(terminal, "short"))

    def test_a_base_model_says_so_and_enter_alone_goes_on(self):
        terminal = self.start("--seed", "1", "--max-tokens", "6", model=models.tiny())
        self.assertIn("is a base model", terminal.output)
        self.say(terminal, "/stats on")
        self.assertRegex(self.say(terminal, "Once"), r"prompt: [1-4] tokens")
        # What is there goes on: the prompt is what was said and answered, and nothing else.
        self.assertRegex(self.say(terminal, ""), r"prompt: \d+ tokens, [1-9]")

    def test_a_window_that_shrinks_is_drawn_anew(self):
        terminal = self.start("--max-tokens", "2", columns=60)
        terminal.type("abcdefghijklmnopqrstuvwxyz")
        terminal.expect("xyz")
        terminal.resize(20, 24, terminal.process)
        terminal.expect("> abcdefghijklmnopq\r\n  rstuvwxyz")
        self.say(terminal, "!")
        self.assertEqual(self.history(), ["abcdefghijklmnopqrstuvwxyz!"])

    def test_sigterm_ends_it_and_gives_the_terminal_back(self):
        terminal = self.start("--max-tokens", "2")
        terminal.process.send_signal(signal.SIGTERM)
        self.assertEqual(terminal.wait_for_end(), 0)
        self.assertEqual(terminal.mode(), terminal.mode_before)


class PipeTest(ChatTest):
    def test_each_line_is_a_message_and_only_answers_come_out(self):
        out, error = self.pipe("hi\n\n한글 👋\r\n".encode(), "--seed", "1", "--max-tokens", "5",
                               "--stats")
        self.assertEqual(error.count("tokens/s"), 2)
        self.assertNotIn("\x1b", out)
        again, _ = self.pipe("hi\n한글 👋".encode(), "--seed", "1", "--max-tokens", "5")
        self.assertEqual(out, again)
        one, _ = self.pipe(b"hi\n", "--seed", "1", "--max-tokens", "5")
        self.assertTrue(out.startswith(one))
        self.assertGreater(len(out), len(one))

    def test_commands_work_and_other_slashes_are_messages(self):
        _, error = self.pipe(b"hi\n/stats\n/usr/bin\n/foo\n/undo\n/exit\nhi\n", "--max-tokens", "3",
                             "--stats")
        self.assertEqual(error.count("tokens/s"), 4)  # Three answers, one /stats.
        self.assertIn("taken back", error)

    def test_a_bad_line_is_a_sentence_and_the_others_are_answered(self):
        out, error = self.pipe(b"bad \xff\n" + b"z" * 300 + b"\nhi\n", "--max-tokens", "3",
                               "--seed", "1", expect=1)
        self.assertIn("the message is not UTF-8: byte 0xff at offset 4", error)
        self.assertIn("fit into the context", error)
        self.assertEqual(out, self.pipe(b"hi\n", "--max-tokens", "3", "--seed", "1")[0])

    def test_a_base_model_says_so_on_standard_error(self):
        out, error = self.pipe(b"Once\n", "--max-tokens", "5", "--temperature", "0",
                               model=models.real("gemma3-270m"))
        self.assertIn("gemma3-270m is a base model", error)
        self.assertNotIn("base model", out)
        self.assertGreater(len(out), 5)

    def test_a_wrong_line_is_a_sentence(self):
        for arguments, code in [(["--bogus"], 2), (["hello"], 2), (["--temperature", "-1"], 2)]:
            _, error = self.pipe(b"", *arguments, expect=code)
            self.assertEqual(error.count("\n"), 1, error)
        _, error = self.pipe(b"", model="none.gguf", expect=1)
        self.assertEqual(error, "byeol chat: no file none.gguf\n")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
