#!/usr/bin/env python3
"""tools/load_against.py and tools/load_servers.py without a rival, a model or a network."""
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import load_against  # noqa: E402
import load_servers  # noqa: E402
import rivals  # noqa: E402

# A server and a load generator, as the tool calls them.
FAKE_BYEOL = """#!{python}
import http.server, json, sys
words = sys.argv[2:]
def value(name):
    return words[words.index(name) + 1]
if sys.argv[1] == "serve":
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/v1/models" else 404)
            self.end_headers()
        def log_message(self, *_):
            pass
    http.server.HTTPServer(("127.0.0.1", int(value("--port"))), Handler).serve_forever()
elif value("--rates") == "3":
    sys.exit("byeol load: every request failed: full")
else:
    json.dump({{"runs": [{{"words": words}}]}}, open(value("--json"), "w"))
"""


def some_options(**changes):
    options = load_against.parse(["--byeol", sys.executable])
    options.threads, options.model = 2, pathlib.Path("model.gguf")
    options.model_sha256 = "0" * 64
    for name, value in changes.items():
        setattr(options, name, value)
    return options


def a_run(good, first_ms):
    times = {"p50": first_ms, "p99": 2 * first_ms}
    return {"good": good, "requests": 60, "good_share": good / 60, "first_token_ms": times,
            "mean_gap_ms": times, "worst_gap_ms": None}


class Named:
    def __init__(self, name):
        self.name, self.version = name, "a-package 1.2"


OURS, RIVAL = Named("byeol"), Named("llama.cpp")
RUNS = {("byeol", 1): a_run(60, 50), ("byeol", 2): a_run(60, 80), ("byeol", 4): a_run(55, 90),
        ("llama.cpp", 1): a_run(60, 100), ("llama.cpp", 2): a_run(30, 400)}
LONG = {"byeol": {"gap_during_ms": {"p99": 50, "max": 60}, "first_token_ms": 900},
        "llama.cpp": {"gap_during_ms": {"p99": 200, "max": 300}, "first_token_ms": 800}}
WARM = {"byeol": {"computed_ms": 400, "cached_ms": 20, "ratio": 20}}


def some_figures(options):
    options.rates = [1, 2, 4]
    return load_against.figures([OURS, RIVAL], RUNS, LONG, WARM, options)


class FiguresTest(unittest.TestCase):
    def test_the_highest_rate_ends_where_a_lower_one_failed(self):
        rates = [4, 1, 2]
        self.assertEqual(load_against.highest(RUNS, "byeol", rates, 0.99), 2)
        self.assertEqual(load_against.highest(RUNS, "byeol", rates, 0.90), 4)
        self.assertEqual(load_against.highest(RUNS, "llama.cpp", rates, 0.90), 1)
        self.assertEqual(load_against.highest(RUNS, "nobody", rates, 0.90), 0)

    def test_a_ratio_above_1_is_ours_to_like(self):
        self.assertEqual(load_against.ratio(4, 2), 2)
        self.assertEqual(load_against.ratio(4, 2, lower=True), 0.5)
        for pair in ((None, 2), (4, None), (4, 0), (0, 4)):
            self.assertIsNone(load_against.ratio(*pair))

    def test_every_measurement_becomes_a_figure(self):
        found = {metric: values for metric, _, _, values in some_figures(some_options())}
        self.assertEqual(found["load 1/s, first token p99"], {"byeol": 100, "llama.cpp": 200})
        self.assertEqual(found["load 4/s, good"], {"byeol": 55 / 60})
        self.assertEqual(found["load, highest rate 99 % good"], {"byeol": 2, "llama.cpp": 1})
        self.assertEqual(found["load, highest rate, byeol 99 % and rivals 90 % good"],
                         {"byeol": 2, "llama.cpp": 1})
        self.assertEqual(found["load, gap p99 of 4 streams beside 6300 words"],
                         {"byeol": 50, "llama.cpp": 200})
        self.assertEqual(found["load, prefix of 450 words, computed / cached"], {"byeol": 20})

    def test_tables_show_what_failed(self):
        options = some_options()
        found = some_figures(options)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            load_against.print_rates(["byeol", "llama.cpp"], RUNS, options)
            load_against.print_table([OURS, RIVAL], found, options)
        lines = out.getvalue().splitlines()
        self.assertEqual(lines[1].split()[:7], ["1", "60", "of", "60", "50", "/", "100"])
        self.assertIn("failed", lines[3])  # The rival at 4 requests a second.
        table = {line[:52].strip(): line[52:].split() for line in lines[4:]}
        self.assertEqual(table["highest rate 90 % good, requests/s"], [">=", "4", "1", "4.00x"])
        self.assertEqual(table["gap p99 of 4 streams beside 6300 words, ms"],
                         ["50", "200", "4.00x"])
        self.assertEqual(table["prefix of 450 words, computed / cached, x"],
                         ["20", "failed", "-"])

    def test_the_ledger_gets_a_line_of_each(self):
        with tempfile.TemporaryDirectory() as folder:
            options = some_options(ledger=pathlib.Path(folder) / "ledger", note="a remark")
            found = some_figures(options)
            load_against.write_ledger([OURS, RIVAL], found, options)
            lines = [json.loads(line) for line in options.ledger.read_text().splitlines()]
        self.assertEqual(len(lines), len(found))
        by_metric = {line["metric"]: line for line in lines}
        line = by_metric["load 2/s, first token p50"]
        self.assertEqual([line[key] for key in ("unit", "n", "value", "rival_value", "better",
                                                "ratio", "rival", "rival_version")],
                         ["ms", 60, 80, 400, "lower", 5.0, "llama.cpp", "a-package 1.2"])
        self.assertIn("first token <= 500 ms", line["note"])
        self.assertTrue(line["note"].endswith("; a remark"))
        self.assertNotIn("rival_value", by_metric["load 4/s, good"])
        self.assertNotIn("ratio", by_metric["load 4/s, good"])
        self.assertEqual(by_metric["load, first token of 6300 words beside streams"]["n"], 1)
        self.assertEqual(by_metric["load, prefix of 450 words, computed / cached"]["n"], 7)
        self.assertTrue({"commit", "date", "machine", "load", "model", "model_sha256", "threads",
                         "isa", "order"} <= set(line))


class ServersTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.program = pathlib.Path(self.folder.name) / "byeol"
        self.program.write_text(FAKE_BYEOL.format(python=sys.executable))
        self.program.chmod(0o755)

    def test_a_server_runs_only_inside(self):
        server = load_servers.Ours()
        with server.running(some_options(byeol=self.program)) as url:
            with urllib.request.urlopen(url + "/v1/models", timeout=5) as answer:
                self.assertEqual(answer.status, 200)
        with self.assertRaises(OSError):
            urllib.request.urlopen(url + "/v1/models", timeout=5)

    def test_a_server_that_does_not_start_is_a_sentence(self):
        for program, says in ((pathlib.Path("no/such/program"), "No such file"),
                              (pathlib.Path("/bin/false"), "no message")):
            complaints = io.StringIO()
            start = time.monotonic()
            with contextlib.redirect_stderr(complaints):
                with load_servers.Ours().running(some_options(byeol=program)) as url:
                    self.assertIsNone(url)
            self.assertIn("byeol does not start: ", complaints.getvalue())
            self.assertIn(says, complaints.getvalue())
            self.assertLess(time.monotonic() - start, 20)

    def test_rates_are_measured_in_turns_and_a_failure_is_not_repeated(self):
        options = some_options(byeol=self.program, rates=[2.0, 3.0, 4.0])
        complaints = io.StringIO()
        with contextlib.redirect_stderr(complaints):
            runs = load_against.measure_rates([load_servers.Ours()], options)
        self.assertEqual(list(runs), [("byeol", 2.0)])
        self.assertIn("every request failed: full", complaints.getvalue())
        self.assertNotIn("4 per s", complaints.getvalue())
        words = runs["byeol", 2.0]["words"]
        for word, value in (("--rates", "2"), ("--requests", "60"), ("--warm-up", "8"),
                            ("--first-ms", "500"), ("--gap-ms", "120"), ("--max-tokens", "48")):
            self.assertEqual(words[words.index(word) + 1], value)
        self.assertIn("--ignore-eos", words)
        self.assertIn("--send-deadline", words)

    def test_runs_can_be_kept(self):
        keep = pathlib.Path(self.folder.name)
        options = some_options(byeol=self.program, rates=[2.0], keep=keep)
        with contextlib.redirect_stderr(io.StringIO()):
            runs = load_against.measure_rates([load_servers.Ours()], options)
        self.assertTrue((keep / "byeol 2 per s.json").is_file())
        self.assertIn(str(keep / "byeol 2 per s.html"), runs["byeol", 2.0]["words"])

    def test_a_slot_holds_every_prompt(self):
        self.assertEqual(load_servers.slot_tokens(some_options(long_prompt=0, warm_prefix=0,
                                                               stream_tokens=64)), 1024)
        self.assertGreaterEqual(load_servers.slot_tokens(some_options()), 2000 * 1.5)
        self.assertGreaterEqual(load_servers.slot_tokens(some_options(shared=4000)), 6000)


class RivalTest(unittest.TestCase):
    def test_a_home_without_its_server_is_built_anew(self):
        with tempfile.TemporaryDirectory() as folder:
            home = pathlib.Path(folder)
            (home / "bin").mkdir()
            self.assertIn("llama-server", rivals.RIVALS["llama.cpp"]["targets"])
            for target in rivals.RIVALS["llama.cpp"]["targets"]:
                self.assertTrue(rivals.lacks_programs("llama.cpp", home))
                (home / "bin" / target).touch()
            self.assertFalse(rivals.lacks_programs("llama.cpp", home))


class OptionsTest(unittest.TestCase):
    def refuse(self, *words):
        done = subprocess.run([sys.executable, ROOT / "tools" / "load_against.py", *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertNotIn("Traceback", done.stderr)
        return done.stderr.splitlines()[-1]

    def test_bad_options_get_exit_code_2_and_a_sentence(self):
        self.assertEqual(self.refuse("--against", "openvino"),
                         "byeol load: error: no server of openvino; known: llama.cpp")
        self.assertEqual(self.refuse("--against", ","),
                         "byeol load: error: --against names no rival; known: llama.cpp")
        self.assertIn("--rates must be numbers", self.refuse("--rates", "1,fast"))
        self.assertIn("--rates must be above 0", self.refuse("--rates", "0"))
        self.assertIn("--max-tokens must be at least 1", self.refuse("--max-tokens", "0"))
        self.assertIn("--warm-prefix must not be negative", self.refuse("--warm-prefix", "-1"))
        self.assertIn("is no program", self.refuse("--byeol", "no/such/program"))


if __name__ == "__main__":
    unittest.main()
