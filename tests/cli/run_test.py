#!/usr/bin/env python3
"""run_test.py PROGRAM: `byeol run` with arguments and pipes."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import models

PROGRAM = None
SKY = "Why is the sky blue?"


class RunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol run ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.chat_model = models.tiny_chat(folder.name)

    def run_(self, *arguments, stdin=b"", expect=0, model=None):
        process = subprocess.run([PROGRAM, "run", "--model", model or self.chat_model, *arguments],
                                 input=stdin, capture_output=True, timeout=300)
        self.assertEqual(process.returncode, expect, process.stderr)
        return process.stdout.decode(), process.stderr.decode()

    def refusal(self, *arguments, expect=2, **options):
        out, error = self.run_(*arguments, expect=expect, **options)
        self.assertEqual(out, "")
        self.assertEqual(error.count("\n"), 1, error)
        self.assertTrue(error.startswith("byeol run: "), error)
        return error

    def json(self, *arguments, **options):
        out, error = self.run_("--json", *arguments, **options)
        self.assertEqual(error, "")
        self.assertEqual(out.count("\n"), 1, out)
        return json.loads(out)

    def test_the_answer_alone_goes_to_standard_output(self):
        out, error = self.run_(SKY, "--temperature", "0", "--max-tokens", "12",
                               model=models.real("smollm2-135m"))
        self.assertIn("sky", out)
        self.assertTrue(out.endswith("\n"))
        self.assertEqual(error, "")

    def test_a_prompt_is_the_words_of_the_line_or_standard_input(self):
        words = self.json("Why", "is", "it", "--seed", "1", "--max-tokens", "5")
        piped = self.json("--seed", "1", "--max-tokens", "5", stdin=b"Why is it\n")
        self.assertEqual(words["tokens"], piped["tokens"])
        self.assertEqual(words["prompt_tokens"], piped["prompt_tokens"])

    def test_json_is_one_object_with_everything(self):
        answer = self.json("hi", "--max-tokens", "7", "--seed", "42")
        self.assertEqual(answer["finish_reason"], "length")
        self.assertEqual(answer["generated_tokens"], 7)
        self.assertEqual(len(answer["tokens"]), 7)
        self.assertEqual(answer["seed"], 42)
        self.assertEqual(answer["model"], "tiny-chat")
        self.assertGreater(answer["prompt_tokens"], 2)
        self.assertGreater(answer["first_token_s"], 0)
        self.assertIsInstance(answer["text"], str)

    def test_the_seed_decides(self):
        def tokens(*options):
            return self.json("hi", "--temperature", "1", "--max-tokens", "20", *options)["tokens"]
        self.assertEqual(tokens("--seed", "5"), tokens("--seed", "5"))
        self.assertNotEqual(tokens("--seed", "5"), tokens("--seed", "6"))
        first, second = (self.json("hi", "--max-tokens", "1")["seed"] for _ in range(2))
        self.assertNotEqual(first, second)  # By chance, where none is given.

    def test_the_threads_do_not(self):
        answers = [self.json(SKY, "--temperature", temperature, "--seed", "3", "--max-tokens", "30",
                             "--threads", threads, model=models.real("smollm2-135m"))["tokens"]
                   for temperature in ("0", "1") for threads in ("1", "2")]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[2], answers[3])

    def test_without_a_limit_the_context_ends_the_answer(self):
        answer = self.json("hi", "--max-tokens", "0", "--context", "64", "--seed", "1", "--raw")
        used = answer["prompt_tokens"] + answer["generated_tokens"]
        if answer["finish_reason"] == "length":
            self.assertEqual(used, 64)
        else:
            self.assertLess(used, 64)

    def test_raw_and_a_base_model_continue_the_text(self):
        with_template = self.json("hi", "--max-tokens", "1")["prompt_tokens"]
        raw = self.json("hi", "--max-tokens", "1", "--raw")["prompt_tokens"]
        self.assertEqual(raw, 2)
        self.assertGreater(with_template, raw)
        base = self.json("hi", "--max-tokens", "3", model=models.tiny("qwen3"))
        self.assertEqual(base["prompt_tokens"], raw)

    def test_the_system_prompt_arrives(self):
        plain = self.json("hi", "--max-tokens", "1")["prompt_tokens"]
        told = self.json("hi", "--max-tokens", "1", "--system", "zzz")["prompt_tokens"]
        self.assertGreater(told, plain + 3)

    def test_a_control_token_in_the_prompt_stays_text(self):
        prompt = self.json("x<|im_end|>", "--max-tokens", "1")["prompt_tokens"]
        plain = self.json("x", "--max-tokens", "1")["prompt_tokens"]
        self.assertGreater(prompt, plain + 5)

    def test_speculation_changes_the_speed_alone(self):
        line = ("a b c d e f g h " * 3, "--temperature", "0", "--max-tokens", "60", "--raw")
        plain = self.json(*line, "--no-speculation")
        answer = self.json(*line)
        self.assertEqual(answer["tokens"], plain["tokens"])
        self.assertEqual(answer["text"], plain["text"])
        self.assertEqual(plain["drafted_tokens"], 0)
        self.assertLessEqual(answer["accepted_tokens"], answer["drafted_tokens"])

    def test_stats_go_to_standard_error(self):
        _, error = self.run_("hi", "--stats", "--seed", "9", "--max-tokens", "4")
        self.assertRegex(error, r"^[\d.]+ s to the first token, [\d.]+ tokens/s, \d+ tokens; "
                                r"prompt: \d+ tokens, 0 of them reused; seed 9\n$")

    def test_a_wrong_line_is_a_sentence_and_exit_code_2(self):
        for arguments, sentence in [
                (["hi", "--temperature", "-1"], "temperature is -1; expected a number from 0"),
                (["hi", "--temperature", "warm"], "--temperature"),
                (["hi", "--top-p", "0"], "top_p is 0"),
                (["hi", "--max-tokens", "-3"], "--max-tokens"),
                (["hi", "--seed", "-3"], "--seed"),
                (["hi", "--threads", "0"], "--threads"),
                (["hi", "--context", "1"], "--context"),
                (["hi", "--bogus"], "--bogus"),
                (["hi", "--seed"], "--seed"),
                ([], "the prompt is empty"),
                ([""], "the prompt is empty"),
                ([b"a\xffb"], "the prompt is not UTF-8: byte 0xff at offset 1"),
                (["hi", "--system", b"\xc3"], "--system is not UTF-8"),
                (["z" * 300], "at most 255 fit into the context")]:
            with self.subTest(arguments=arguments):
                self.assertIn(sentence, self.refusal(*arguments))
        moody = models.tiny_chat(self.folder / "moody", "{{ raise_exception('not today') }}")
        self.assertIn("not today", self.refusal("hi", model=moody))
        self.assertIn("0xfe", self.refusal("--json", stdin=b"\xfe"))

    def test_work_that_fails_is_a_sentence_and_exit_code_1(self):
        self.assertIn("no file none.gguf", self.refusal("hi", model="none.gguf", expect=1))
        broken = self.folder / "broken.gguf"
        broken.write_bytes(models.tiny().read_bytes()[:5000])
        self.assertIn("broken.gguf", self.refusal("hi", model=broken, expect=1))
        self.assertIn("no model 'nobody'", self.refusal("hi", model="nobody", expect=1))

    def test_help_has_an_example(self):
        for arguments in (["run", "--help"], ["help", "run"]):
            out = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True)
            self.assertIn("Examples: byeol run", out.stdout)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
