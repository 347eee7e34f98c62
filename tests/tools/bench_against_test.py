#!/usr/bin/env python3
"""tools/bench_against.py and tools/rivals.py without a rival, a model or a network."""
import argparse
import collections
import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import bench_against  # noqa: E402
import rivals  # noqa: E402

Named = collections.namedtuple("Named", "name version", defaults=["a-package 1.2"])
OURS, FAST, BROKEN = Named(bench_against.OURS), Named("fast"), Named("broken")
METRICS = ["prefill 512", "decode 128", "start", "memory"]


def some_values():
    """Three rounds, in which one rival gave no figure at all and one no decoding."""
    values = collections.defaultdict(list)
    values["byeol", "prefill 512"] = [100.0, 110.0, 90.0]
    values["byeol", "decode 128"] = [30.0, 30.0, 30.0]
    values["byeol", "start"] = [0.25, 0.2, 0.3]
    values["byeol", "memory"] = [50.0, 50.0, 50.0]
    values["fast", "prefill 512"] = [200.0, 200.0, 200.0]
    values["fast", "start"] = [0.5, 0.5, 0.5]
    values["fast", "memory"] = [40.0, 40.0, 40.0]
    return values


def printed(call, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        call(*arguments)
    return out.getvalue()


class FiguresTest(unittest.TestCase):
    def test_spread_is_half_the_quartiles_distance_as_a_share_of_the_median(self):
        self.assertEqual(bench_against.spread([7.0]), 0.0)
        self.assertEqual(bench_against.spread([5.0, 5.0, 5.0]), 0.0)
        self.assertAlmostEqual(bench_against.spread([8.0, 12.0, 10.0, 6.0, 14.0]), 0.2)
        # One slow round of nine moves neither quartile.
        self.assertEqual(bench_against.spread([10.0] * 8 + [1.0]), 0.0)

    def test_ratio_is_above_one_where_we_are_better(self):
        values = some_values()
        self.assertAlmostEqual(bench_against.ratio(values, "prefill 512", "fast"), 0.5)
        self.assertAlmostEqual(bench_against.ratio(values, "start", "fast"), 2.0)
        self.assertAlmostEqual(bench_against.ratio(values, "memory", "fast"), 0.8)

    def test_ratio_needs_both_figures(self):
        values = some_values()
        self.assertIsNone(bench_against.ratio(values, "decode 128", "fast"))
        self.assertIsNone(bench_against.ratio({("byeol", "x"): [], ("fast", "x"): [1.0]},
                                              "x", "fast"))


class TableTest(unittest.TestCase):
    def test_a_rival_that_failed_has_a_cell_that_says_so_and_no_ratio(self):
        text = printed(bench_against.print_table, [OURS, FAST, BROKEN], METRICS, some_values())
        rows = [re.split(r"  +", line.strip()) for line in text.splitlines()]
        self.assertEqual(rows, [
            ["median (spread)", "byeol", "fast", "broken", "vs fast", "vs broken"],
            ["prefill 512, tokens/s", "100.0 (±5 %)", "200.0 (±0 %)", "failed", "0.50x", "-"],
            ["decode 128, tokens/s", "30.0 (±0 %)", "failed", "failed", "-", "-"],
            ["start, s", "0.250 (±10 %)", "0.500 (±0 %)", "failed", "2.00x", "-"],
            ["memory, MiB", "50.0 (±0 %)", "40.0 (±0 %)", "failed", "0.80x", "-"]])
        self.assertEqual(len({len(line) for line in text.splitlines()}), 1, text)

    def test_memory_is_judged_by_the_size_of_the_file(self):
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(20 << 20)  # The bar: 53 MiB.
            path = pathlib.Path(file.name)
            values = some_values()
            self.assertIn("= 53.0 MiB: met", printed(bench_against.print_memory_bar, values, path))
            values["byeol", "memory"] = [53.5]
            self.assertIn("missed", printed(bench_against.print_memory_bar, values, path))
            values["byeol", "memory"] = []
            self.assertIn("failed", printed(bench_against.print_memory_bar, values, path))


class RoundsTest(unittest.TestCase):
    def test_the_order_turns_and_what_failed_once_is_not_tried_again(self):
        calls = []

        class Fake(bench_against.Contestant):
            def __init__(self, name, figure):
                self.name, self.figure = name, figure

            def speed(self, options, metric):
                calls.append(self.name)
                return self.figure

        contestants = [Fake("a", 1.0), Fake("b", None), Fake("c", 3.0)]
        with contextlib.redirect_stderr(io.StringIO()):
            values = bench_against.measure_all(contestants, ["decode 1"],
                                               argparse.Namespace(repeat=3))
        self.assertEqual("".join(calls), "abc" "ca" "ca")
        self.assertEqual(values["a", "decode 1"], [1.0] * 3)
        self.assertEqual(values["b", "decode 1"], [])

    def test_start_and_memory_are_those_of_a_process(self):
        class Fake(bench_against.Contestant):
            def start(self, options):
                return [sys.executable, "-S", "-c", "import time; time.sleep(0.2)"]

            def memory(self, options):
                return [sys.executable, "-S", "-c", "x = b'1' * (100 << 20)"]

        self.assertGreaterEqual(Fake().measure(None, "start"), 0.2)
        self.assertGreater(Fake().measure(None, "memory"), 100)
        self.assertLess(Fake().measure(None, "memory"), 200)

    def test_a_command_that_fails_gives_none_and_its_last_words(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertIsNone(bench_against.run([sys.executable, "-c", "raise SystemExit('why')"]))
        self.assertRegex(said.getvalue(), r"^bench: python\S* failed \(1\): why\n$")


class LedgerTest(unittest.TestCase):
    def lines(self, values, note=""):
        with tempfile.TemporaryDirectory() as folder:
            ledger = pathlib.Path(folder) / "ledger.ndjson"
            ledger.write_text('{"before": 1}\n')
            options = argparse.Namespace(
                model=pathlib.Path("some/model.gguf"), model_sha256="ab" * 32, threads=2,
                isa="native", note=note, ledger=ledger)
            bench_against.write_ledger([OURS, FAST, BROKEN], METRICS, values, options)
            lines = [json.loads(line) for line in ledger.read_text().splitlines()]
        self.assertEqual(lines[0], {"before": 1}, "a ledger only grows")
        return {(line["metric"], line["rival"]): line for line in lines[1:]}

    def test_a_line_for_each_metric_and_rival_says_what_was_measured(self):
        lines = self.lines(some_values(), "a remark")
        self.assertEqual(set(lines), {(metric, rival) for metric in METRICS
                                      for rival in ("fast", "broken")})
        line = lines["prefill 512", "fast"]
        self.assertEqual(set(line), {
            "commit", "date", "machine", "load", "model", "model_sha256", "threads", "isa",
            "metric", "unit", "n", "order", "rival", "rival_version", "value", "spread",
            "rival_value", "rival_spread", "ratio", "note"})
        self.assertEqual([line[key] for key in ("model", "unit", "n", "value", "rival_value",
                                                "ratio", "rival_version", "note")],
                         ["model.gguf", "tokens/s", 3, 100.0, 200.0, 0.5, "a-package 1.2",
                          "a remark"])

    def test_a_figure_that_is_missing_is_no_key(self):
        lines = self.lines(some_values())
        self.assertFalse({"rival_value", "rival_spread", "ratio", "note"} &
                         set(lines["decode 128", "fast"]))
        values = some_values()
        values["byeol", "prefill 512"] = []
        lines = self.lines(values)
        self.assertFalse({"value", "spread", "ratio"} & set(lines["prefill 512", "fast"]))
        self.assertNotIn(("prefill 512", "broken"), lines, "neither gave a figure")

    def test_less_is_better_of_seconds_and_mib(self):
        lines = self.lines(some_values())
        self.assertEqual([lines["start", "fast"][key] for key in ("unit", "better", "ratio")],
                         ["s", "lower", 2.0])
        self.assertEqual([lines["memory", "fast"][key] for key in ("unit", "better", "ratio")],
                         ["MiB", "lower", 0.8])
        self.assertNotIn("better", lines["prefill 512", "fast"])


class OptionsTest(unittest.TestCase):
    def refuse(self, *words, **environment):
        environment = {**os.environ, "BYEOL_ISA": "", **environment}
        done = subprocess.run([sys.executable, ROOT / "tools" / "bench_against.py", *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              env=environment)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertNotIn("Traceback", done.stderr)
        return done.stderr.splitlines()[-1]

    def test_bad_options_get_exit_code_2_and_a_sentence(self):
        known = "known: " + ", ".join(rivals.RIVALS)
        self.assertEqual(self.refuse("--against", "llama.cpp,nobody"),
                         f"byeol bench: error: unknown rival nobody; {known}")
        self.assertEqual(self.refuse("--against", ","),
                         f"byeol bench: error: --against names no rival; {known}")
        for option in ("--repeat", "--prompt", "--generate", "--sequences"):
            self.assertEqual(self.refuse(option, "0"),
                             f"byeol bench: error: {option} must be at least 1")
        self.assertIn("invalid choice: 'sse2'", self.refuse("--isa", "sse2"))
        self.assertIn("is no program", self.refuse("--program", "no/such/program"))
        self.assertIn("use --isa", self.refuse(BYEOL_ISA="avx2"))


class RivalsTest(unittest.TestCase):
    def archive(self, folder, *names):
        path = pathlib.Path(folder) / "source.tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            for name in names:
                member = tarfile.TarInfo(name)
                member.size = 2
                tar.addfile(member, io.BytesIO(b"x\n"))
        return path

    def test_unpack_gives_the_folder_that_the_archive_holds(self):
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder) / "target"
            target.mkdir()
            root = rivals.unpack(self.archive(folder, "package-1/a/b..c"), target)
            self.assertEqual((root / "a" / "b..c").read_text(), "x\n")

    def test_unpack_refuses_a_path_that_leaves_its_folder_and_writes_nothing(self):
        for name in ("package-1/../../out", "../out", "/out"):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                target = pathlib.Path(folder) / "target"
                target.mkdir()
                archive = self.archive(folder, "package-1/good", name)
                with self.assertRaises(SystemExit) as refused:
                    rivals.unpack(archive, target)
                self.assertEqual(refused.exception.code,
                                 f"rivals: source.tar.gz holds an unsafe path: {name}")
                self.assertEqual(list(target.iterdir()), [])
                self.assertFalse((pathlib.Path(folder) / "out").exists())

    def test_every_rival_names_one_version(self):
        for name, rival in rivals.RIVALS.items():
            self.assertRegex(rival["version"], r"^[0-9]+(\.[0-9]+)+$", name)

    def test_wheels_that_pip_cannot_bring_are_a_sentence_and_leave_no_rival(self):
        with tempfile.TemporaryDirectory() as cache:
            done = subprocess.run(
                [sys.executable, ROOT / "tools" / "rivals.py", "openvino"], capture_output=True,
                text=True, timeout=120, env={**os.environ, "XDG_CACHE_HOME": cache,
                                             "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": cache})
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertNotIn("Traceback", done.stderr)
            self.assertRegex(done.stderr.splitlines()[-1],
                             "^rivals: pip could not install openvino-genai==[0-9.]+: .+")
            homes = [path for path in (pathlib.Path(cache) / "byeol" / "rivals").iterdir()
                     if path.is_dir() and not path.name.startswith(".")]
            self.assertEqual(homes, [])


if __name__ == "__main__":
    unittest.main()
