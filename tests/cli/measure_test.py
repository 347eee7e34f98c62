#!/usr/bin/env python3
"""measure_test.py PROGRAM: tokenize, perplexity, logits and bench, as a user types them."""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "model"
GEMMA = GOLDEN / "tiny-gemma3.gguf"  # Adds BOS.
SMOLLM = GOLDEN / "tiny-smollm2.gguf"  # Adds nothing; the context is 256.
TEXT = "The quick brown fox jumps over the lazy dog.\n" * 12
PROGRAM = None


def run(*words, text="", expect=0):
    done = subprocess.run([PROGRAM, *map(str, words)], input=text, capture_output=True, text=True,
                          timeout=300)
    if done.returncode != expect:
        raise AssertionError(f"{words}: exit code {done.returncode}, not {expect}\n{done.stderr}")
    return done


def read_json(*words, text=""):
    """Standard output is exactly one line, and that one JSON object."""
    out = run(*words, "--json", text=text).stdout
    assert out.count("\n") == 1 and out.endswith("\n"), out[:200]
    value = json.loads(out)
    assert isinstance(value, dict), out[:200]
    return value


class RefusalTest(unittest.TestCase):
    """Bad input gets one sentence on standard error, and nothing on standard output."""

    def refuse(self, *words, code, says, text=""):
        done = run(*words, text=text, expect=code)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith(f"byeol {words[0]}: "), done.stderr)
        self.assertIn(says, done.stderr)

    def test_bad_numbers(self):
        for words in (("bench", "--prompt", "0"), ("bench", "--generate", "x"),
                      ("bench", "--sequences", "-1"), ("bench", "--repeat", "1.5"),
                      ("bench", "--threads", "0"), ("perplexity", "f", "--block", "2"),
                      ("logits", "f", "--top", "0"), ("logits", "--ids", "1,two"),
                      ("tokenize", "a", "--threads", "many")):
            with self.subTest(words=words):
                self.refuse(*words, code=2, says=f"see byeol {words[0]} --help")

    def test_unknown_options_and_types(self):
        self.refuse("bench", "--fast", code=2, says="--fast")
        self.refuse("perplexity", "f", "--kv", "q4", code=2, says="bf16")
        self.refuse("perplexity", code=2, says="FILE is required")
        self.refuse("logits", code=2, says="expected a FILE or --ids")
        self.refuse("logits", "f", "--ids", "1", code=2, says="excludes")

    def test_unknown_models(self):
        for words in (("tokenize", "a"), ("bench",), ("logits", "--ids", "1")):
            with self.subTest(words=words):
                self.refuse(*words, "--model", "no-such-model", code=1, says="no-such-model")

    def test_a_file_that_is_no_model(self):
        self.refuse("tokenize", "a", "--model", __file__, code=1, says="measure_test.py")

    def test_texts_that_cannot_be_read(self):
        for verb in ("perplexity", "logits"):
            self.refuse(verb, "no/such/file", code=1,
                        says="cannot read no/such/file: No such file or directory")
            self.refuse(verb, ROOT, code=1, says="Is a directory")

    def test_texts_that_are_too_short(self):
        for verb in ("perplexity", "logits"):
            self.refuse(verb, "-", "--model", SMOLLM, "--block", "100", text="short", code=2,
                        says="tokens, less than one block of 100; give a longer text")
            self.refuse(verb, "-", "--model", SMOLLM, text="", code=2, says="the text is empty")

    def test_blocks_and_runs_that_the_model_cannot_hold(self):
        self.refuse("perplexity", "-", "--model", SMOLLM, "--block", "257", text=TEXT, code=2,
                    says="longer than the model's context of 256")
        self.refuse("bench", "--model", SMOLLM, code=2, says="the model's context of 256")

    def test_ids_and_rows_that_are_not_there(self):
        self.refuse("logits", "--ids", "1,283", "--model", SMOLLM, code=2,
                    says="token 283 is not in the vocabulary (0 to 282)")
        self.refuse("logits", "--ids", "1,2", "--rows", "2", "--model", SMOLLM, code=2,
                    says="no row 2: the positions are 0 to 1")


class TokenizeTest(unittest.TestCase):
    def test_words_are_one_text_and_each_line_of_input_is_one(self):
        ids = run("tokenize", "--model", SMOLLM, "the", "inner", "one").stdout
        lines = run("tokenize", "--model", SMOLLM, text="the inner one\n\nthe").stdout.split("\n")
        self.assertEqual(lines[0] + "\n", ids)
        self.assertEqual(lines[1], "")
        self.assertEqual(len(lines), 4)
        self.assertTrue(all(id.isdecimal() for id in ids.split()), ids)

    def test_json_is_one_object_for_one_line_and_for_several(self):
        words = ("tokenize", "--model", GEMMA)
        one = read_json(*words, "ab")
        self.assertEqual(list(one), ["ids"])
        self.assertEqual(read_json(*words, text="ab\n"), one)
        self.assertEqual(read_json(*words, text="ab\nab\n"), {"lines": [one, one]})
        self.assertEqual(read_json(*words, text=""), {"lines": []})

    def test_bos_is_added_where_the_model_adds_it(self):
        with_bos = read_json("tokenize", "--model", GEMMA, "ab")["ids"]
        self.assertEqual(read_json("tokenize", "--model", GEMMA, "ab", "--no-bos")["ids"],
                         with_bos[1:])
        smollm = read_json("tokenize", "--model", SMOLLM, "ab")
        self.assertEqual(read_json("tokenize", "--model", SMOLLM, "ab", "--no-bos"), smollm)

    def test_special_tokens_in_a_text_are_parsed_on_request_only(self):
        eos = read_json("tokenize", "--model", SMOLLM, "--special", "<|im_end|>", "--pieces")
        self.assertEqual(eos["pieces"], ["<|im_end|>"])
        self.assertGreater(len(read_json("tokenize", "--model", SMOLLM, "<|im_end|>")["ids"]), 1)

    def test_pieces_stand_beside_their_ids(self):
        out = run("tokenize", "--model", SMOLLM, "--pieces", "a b").stdout
        for pair in out.split():
            self.assertRegex(pair, r"^\d+:.+$")

    def test_a_line_is_answered_before_the_next_one_is_asked(self):
        with subprocess.Popen([PROGRAM, "tokenize", "--model", SMOLLM], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, bufsize=1) as process:
            alarm = threading.Timer(30, process.kill)  # A line that never comes is a failure.
            alarm.start()
            self.addCleanup(alarm.cancel)
            for line in ("the\n", "inner\n"):
                process.stdin.write(line)
                self.assertTrue(process.stdout.readline().strip())
            process.stdin.close()

    def test_broken_utf8_is_no_failure(self):
        done = subprocess.run([PROGRAM, "tokenize", "--model", GEMMA, "--pieces", "--json"],
                              input=b"\xff\xc3\n", capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertIn("ids", json.loads(done.stdout))


class PredictTest(unittest.TestCase):
    def test_perplexity_from_a_file_and_from_standard_input(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(TEXT)
            file.flush()
            one = read_json("perplexity", file.name, "--model", GEMMA, "--block", "64")
        two = read_json("perplexity", "-", "--model", GEMMA, "--block", "64", "--threads", "1",
                        text=TEXT)
        self.assertEqual(one["perplexity"], two["perplexity"])
        self.assertEqual(one["scored_tokens"], one["blocks"] * 31)
        self.assertGreater(one["blocks"], 1)
        self.assertEqual(two["threads"], 1)
        text = run("perplexity", "-", "--model", GEMMA, "--block", "64", text=TEXT).stdout
        self.assertTrue(text.startswith(f"perplexity {one['perplexity']:.4f}\n"), text)

    def test_the_cache_type_changes_the_figures_a_little(self):
        figures = {kv: read_json("perplexity", "-", "--model", GEMMA, "--block", "64", "--kv", kv,
                                 text=TEXT)["perplexity"] for kv in ("bf16", "f16", "q8")}
        self.assertEqual(len(set(figures.values())), 3, figures)
        self.assertLess(max(figures.values()) / min(figures.values()), 1.05)

    def test_logits_give_the_perplexity_too_and_compare_logits_reads_them(self):
        words = ("-", "--model", GEMMA, "--block", "64")
        logits = read_json("logits", *words, text=TEXT)
        measured = read_json("perplexity", *words, text=TEXT)
        self.assertEqual(logits["perplexity"], measured["perplexity"])
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(logits, file)
            file.flush()
            compare = ROOT / "tools" / "golden" / "compare_logits.py"
            done = subprocess.run([sys.executable, compare, file.name, file.name],
                                  capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("100.00 %", done.stdout)
        self.assertIn(f"{measured['perplexity']:.3f}", done.stdout)

    def test_logits_of_ids_are_the_golden_ones(self):
        golden = json.loads((GOLDEN / "tiny-smollm2.json").read_text())
        ids = ",".join(map(str, golden["tokens"]))
        ours = read_json("logits", "--ids", ids, "--rows", "0,33", "--top", "1", "--kv", "f16",
                         "--model", SMOLLM)
        self.assertEqual(ours["tokens"], golden["tokens"])
        self.assertEqual(ours["top"], [best["ids"][0] for best in golden["top5"]])
        self.assertFalse(ours["replace_bos"])
        rows = {row["position"]: row["logits"] for row in golden["rows"]}
        self.assertEqual([row["position"] for row in ours["rows"]], [0, 33])
        for row in ours["rows"]:
            for got, expected in zip(row["logits"], rows[row["position"]], strict=True):
                self.assertLess(abs(got - expected), 0.03)

    def test_the_table_of_logits_has_a_line_for_each_position(self):
        lines = run("logits", "--ids", "1,2,3", "--top", "2", "--model", SMOLLM).stdout.splitlines()
        self.assertEqual(len(lines), 1 + 3)


class BenchTest(unittest.TestCase):
    def test_json_says_what_was_measured(self):
        measured = read_json("bench", "--model", SMOLLM, "--prompt", 30, "--generate", 4,
                             "--sequences", 2, "--repeat", 3, "--threads", 1, "--kv", "q8")
        for phase in ("prefill", "decode"):
            samples = measured[phase + "_samples"]
            self.assertEqual(len(samples), 3)
            self.assertEqual(measured[phase + "_tokens_per_s"], sorted(samples)[1])
            self.assertTrue(math.isfinite(measured[phase + "_spread"]))
        for key, value in (("prompt", 30), ("generate", 4), ("sequences", 2), ("repeat", 3),
                           ("threads", 1), ("kv", "q8"), ("model", SMOLLM.name)):
            self.assertEqual(measured[key], value)

    def test_the_table_names_model_threads_and_instruction_set(self):
        if "BYEOL_ISA" in os.environ:
            self.skipTest("BYEOL_ISA is set")
        os.environ["BYEOL_ISA"] = "scalar"
        self.addCleanup(os.environ.pop, "BYEOL_ISA")
        out = run("bench", "--model", SMOLLM, "--prompt", 8, "--generate", 2, "--repeat", 2,
                  "--threads", 2).stdout
        self.assertIn("tiny-smollm2.gguf, scalar, 2 threads, KV cache bf16", out)
        self.assertRegex(out, r"prefill 8 +\d+\.\d tokens/s \(±")
        self.assertRegex(out, r"decode 2 +\d+\.\d tokens/s \(±")

    def test_speculation_has_texts_of_its_own(self):
        refused = run("bench", "--speculation", "--prompt", 8, expect=2)
        self.assertIn("excludes", refused.stderr)
        refused = run("bench", "--speculation", "--model", SMOLLM, expect=2)  # Too short a context.
        self.assertEqual(refused.stdout, "")
        self.assertIn("at most 255 fit", refused.stderr.splitlines()[-1])

    def test_roofline_places_products_under_the_ceilings(self):
        measured = read_json("bench", "--roofline", "--threads", 1)
        self.assertGreater(measured["int8_per_s"], measured["float_per_s"])
        self.assertGreater(measured["bytes_per_s"], 1e8)
        self.assertEqual(len(measured["points"]), 24)
        for point in measured["points"]:
            self.assertGreater(point["share"], 0)
        refused = run("bench", "--roofline", "--context", 5, expect=2)
        self.assertIn("--context", refused.stderr)

    def test_neighbour_compares_with_one_thread_alone(self):
        measured = read_json("bench", "--neighbour", "-p", 16, "-n", 4, "-r", 1, "--model", SMOLLM)
        for phase in ("prefill", "decode"):
            self.assertGreater(measured[phase]["ratio"], 0)

    def test_context_measures_own_and_shared(self):
        measured = read_json("bench", "--context", 100, "--sequences", 3, "-n", 2, "-r", 1,
                             "--model", SMOLLM)
        for kind in ("empty_ms", "own_ms", "shared_ms"):
            self.assertGreater(measured[kind], 0)
        lone = read_json("bench", "--context", 100, "-n", 2, "-r", 1, "--model", SMOLLM)
        self.assertNotIn("shared_ms", lone)
        refused = run("bench", "--context", 250, "-n", 10, "--model", SMOLLM, expect=2)
        self.assertIn("256", refused.stderr)

    def test_head_compares_choices_on_a_text(self):
        measured = read_json("bench", "--head", "-", "-n", 64, "--model", SMOLLM, text=TEXT)
        self.assertEqual([mode["sampling"] for mode in measured["modes"]],
                         ["greedy", "top-k 40", "min-p 0.05"])
        for mode in measured["modes"]:
            self.assertEqual(mode["differences"], 0)
            self.assertGreater(mode["gain"], 0)
        self.assertEqual(measured["tokens"], 64)
        refused = run("bench", "--head", "-", "-n", 10, "--model", SMOLLM, text=TEXT, expect=2)
        self.assertIn("at least 64", refused.stderr.splitlines()[-1])
        refused = run("bench", "--head", "-", "-n", 64, "--model", SMOLLM, text="short", expect=2)
        self.assertEqual(len(refused.stderr.splitlines()), 1, refused.stderr)
        run("bench", "--head", "-", "--repeat", 3, expect=2)

    def test_help_tells_of_the_comparison_with_rivals(self):
        self.assertIn("--against", run("bench", "--help").stdout)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
