#!/usr/bin/env python3
"""quantize_test.py PROGRAM: quantize and synth, as a user types them."""
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

import models

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = None


def run(*words, expect=0):
    done = subprocess.run([PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300)
    if done.returncode != expect:
        raise AssertionError(f"{words}: exit code {done.returncode}, not {expect}\n{done.stderr}")
    return done


def read_json(*words):
    out = run(*words, "--json").stdout
    assert out.count("\n") == 1 and out.endswith("\n"), out[:200]
    return json.loads(out)


class FolderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol quantize ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def refuse(self, *words, code, says):
        done = run(*words, expect=code)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith(f"byeol {words[0]}: "), done.stderr)
        self.assertIn(says, done.stderr)


class QuantizeTest(FolderTest):
    def perplexity(self, model):
        text = ROOT / "tests/text/english.txt"
        return read_json("perplexity", text, "--model", model, "--block", "64")["perplexity"]

    def test_every_type_keeps_a_tiny_model_what_it_is(self):
        source = models.tiny("mistral")  # F32
        before = self.perplexity(source)
        for name, bar in (("F32", 1e-6), ("BF16", 0.01), ("Q8_0", 0.01), ("Q6_K", 0.01),
                          ("Q5_K_M", 0.03), ("Q4_K_M", 0.1), ("Q4_0", 0.1)):
            with self.subTest(type=name):
                target = self.folder / f"{name}.gguf"
                told = read_json("quantize", source, target, "--type", name)
                self.assertEqual(told["type"], name)
                self.assertLessEqual(told["bytes_after"], told["bytes_before"])
                self.assertLess(abs(math.log(self.perplexity(target) / before)), bar)

    def test_metadata_are_kept_and_the_file_says_what_it_is(self):
        target = self.folder / "kept.gguf"
        run("quantize", models.tiny("mistral"), target, "--type", "Q8_0")
        before, after = (json.loads(run("inspect", path, "--json").stdout)["metadata"]
                         for path in (models.tiny("mistral"), target))
        self.assertEqual(after.pop("general.file_type"), 7)
        self.assertEqual(after.pop("general.quantization_version"), 2)
        before.pop("general.file_type", None)
        before.pop("general.quantization_version", None)
        self.assertEqual(before, after)

    def test_what_is_rounded_again_is_told(self):
        done = run("quantize", models.tiny("qwen2-tied-q8_0"), self.folder / "again.gguf",
                   "--type", "Q4_0")
        self.assertIn("is quantized already (Q8_0)", done.stderr)
        done = run("quantize", models.tiny("mistral"), self.folder / "first.gguf", "--type", "q4_0")
        self.assertNotIn("already", done.stderr)
        self.assertIn("bits a weight", done.stdout)

    def test_bad_lines_and_bad_files(self):
        model, out = models.tiny("mistral"), self.folder / "refused.gguf"
        self.refuse("quantize", model, out, "--type", "Q9", code=2, says="known are: F32 F16")
        self.refuse("quantize", model, code=2, says="OUT is required")
        self.refuse("quantize", model, model, "--type", "Q4_0", code=2, says="the input itself")
        self.refuse("quantize", self.folder / "absent.gguf", out, "--type", "Q4_0", code=1,
                    says="no file")
        self.refuse("quantize", model, self.folder / "no/such/folder.gguf", "--type", "Q4_0",
                    code=1, says="No such file or directory")
        broken = self.folder / "broken.gguf"
        broken.write_bytes(model.read_bytes()[:-4000])
        self.refuse("quantize", broken, out, "--type", "Q4_0", code=1, says="cut short")
        self.assertFalse(out.exists())

    def test_a_value_that_is_no_number_leaves_no_file(self):
        data = bytearray(models.tiny("mistral").read_bytes())
        data[-4096:-4092] = struct.pack("<f", math.inf)  # In the last tensors, all F32.
        bad, out = self.folder / "inf.gguf", self.folder / "out.gguf"
        bad.write_bytes(data)
        done = run("quantize", bad, out, "--type", "Q4_0", expect=1)
        self.assertIn("is inf, expected a finite number", done.stderr)
        self.assertEqual([], [p.name for p in self.folder.iterdir() if p.name.startswith("out")])


class SynthTest(FolderTest):
    def test_a_tiny_model_can_be_run(self):
        model = self.folder / "tiny.gguf"
        run("synth", "--shape", "tiny", "--quant", "Q4_K_M", "--output", model)
        out = run("run", "Once upon a time", "--model", model, "--max-tokens", "4", "--seed", "1")
        self.assertTrue(out.stdout)
        ids = run("tokenize", "the end of 2026, 별!", "--model", model).stdout
        self.assertTrue(ids.strip())

    def test_the_seed_decides(self):
        first, again, other = (self.folder / name for name in ("first", "again", "other"))
        run("synth", "--shape", "tiny", "--quant", "F16", "--output", first, "--threads", "1")
        run("synth", "--shape", "tiny", "--quant", "F16", "--output", again, "--seed", "0")
        run("synth", "--shape", "tiny", "--quant", "F16", "--output", other, "--seed", "1")
        self.assertEqual(first.read_bytes(), again.read_bytes())
        self.assertNotEqual(first.read_bytes(), other.read_bytes())

    def test_bad_lines(self):
        out = self.folder / "refused.gguf"
        self.refuse("synth", "--shape", "huge", "--output", out, code=2, says="known are: tiny")
        self.refuse("synth", "--shape", "tiny", "--quant", "Q2_K", "--output", out, code=2,
                    says="known are: F32")
        self.refuse("synth", "--shape", "tiny", code=2, says="--output is required")
        self.refuse("synth", "--shape", "tiny", "--output", self.folder / "no/such", code=1,
                    says="No such file or directory")
        self.assertFalse(os.path.exists(out))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
