#!/usr/bin/env python3
"""Compares constrained output with llguidance and xgrammar: how many schemas compile, whether what
they then allow is exact, and what it costs.

    ./byeol constrain                        2,200 schemas and the collected ones, SmolLM2's tokens
    ./byeol constrain --model gemma3-270m    262,144 tokens
    ./byeol constrain --schemas 400 --json FILE

Every instance is cut into tokens by the model's tokenizer and walked through the masks of each
engine: the same ids for all. Truth is PyPI's jsonschema with format checks. Whitespace: compact for
all three; properties in the schema's order. Masks are timed on one thread, each state's first time
included. A rival that crashes or takes longer than --patience at a schema has not compiled it.
Fails where Byeol is wrong about an instance, or where the way a text is cut makes a difference.
"""
import argparse
import json
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

from bench_against import find_model

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "build/release/src/bench/constrain_check"
RIVALS = ["llguidance", "xgrammar"]
OURS = "byeol"


def run_ours(program, model, cases, folder):
    vocabulary = folder / "vocabulary.json"
    write_output([program, model], vocabulary)
    source, results = folder / "cases.ndjson", folder / "ours.ndjson"
    write_lines(source, cases)
    write_output([program, model, source], results)
    with open(results, encoding="utf-8") as file:
        return vocabulary, [json.loads(line) for line in file]


def write_output(command, path):
    with open(path, "wb") as file:
        if status := subprocess.run(command, stdout=file).returncode:
            sys.exit(f"byeol constrain: {command[0]} failed (exit {status})")


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


class Worker:
    """A rival in a process of its own, which may hang or crash."""

    def __init__(self, name, vocabulary, source, skip):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tools/constrain_rivals.py", name, vocabulary, source,
             str(skip)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def next(self, patience_s):
        """The next result, None where the process ended; raises queue.Empty."""
        return self.lines.get(timeout=patience_s)

    def stop(self):
        self.process.kill()
        self.process.wait()


def run_rival(name, vocabulary, source, cases, patience_s):
    results, worker = [], None
    while len(results) < len(cases):
        is_new = worker is None
        if is_new:
            worker = Worker(name, vocabulary, source, len(results))
        try:
            # The first has its vocabulary to read.
            result = worker.next(patience_s + (120 if is_new else 0))
            error = "it crashes"
        except queue.Empty:
            result, error = None, f"it takes longer than {patience_s} s"
        if result is None:
            worker.stop()
            worker = None
            result = {"id": cases[len(results)]["id"], "compiled": False, "error": error,
                      "broke": True}
        results.append(result)
    if worker:
        worker.stop()
    return results


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def judge(cases, results):
    """Counts of one engine, and what it got wrong."""
    judged = {"schemas": len(cases), "compiled": 0, "exact": 0, "wrong_accepts": 0,
              "wrong_rejects": 0, "broke": 0, "instances": 0, "splits": 0, "wrong": []}
    for case, result in zip(cases, results):
        judged["broke"] += result.get("broke", False)
        judged["splits"] += len(result.get("split", []))
        if not result["compiled"]:
            continue
        judged["compiled"] += 1
        wrong = 0
        for instance, accepted in zip(case["instances"], result["results"]):
            judged["instances"] += 1
            if accepted == instance["valid"]:
                continue
            wrong += 1
            judged["wrong_accepts" if accepted else "wrong_rejects"] += 1
            judged["wrong"].append({"id": case["id"], "schema": case["schema"],
                                    "text": instance["text"], "valid": instance["valid"]})
        judged["exact"] += wrong == 0
    compiles = [result["compile_us"] for result in results if result["compiled"]]
    masks = [us for result in results if result["compiled"] for us in result["mask_us"]]
    judged["compile_us"] = {name: percentile(compiles, share)
                            for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))}
    judged["mask_us"] = {name: percentile(masks, share)
                         for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))}
    return judged


def print_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("| " + " | ".join(cells) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 1) + (":" if i else "-")
                                 for i, width in enumerate(widths)) + "|")


def speed_table(judged):
    rows = [["", *judged]]
    for title, get in (
            ("compiled", lambda one: f"{one['compiled']} of {one['schemas']}"),
            ("exact", lambda one: str(one["exact"])),
            ("invalid instances accepted", lambda one: str(one["wrong_accepts"])),
            ("valid instances rejected", lambda one: str(one["wrong_rejects"])),
            ("crashed or hung", lambda one: str(one["broke"]))):
        rows.append([title, *(get(one) for one in judged.values())])
    for what in ("compile", "mask"):
        for name in ("p50", "p99", "max"):
            rows.append([f"{what} {name}, µs",
                         *(f"{one[what + '_us'][name]:,.1f}" for one in judged.values())])
    print_table(rows)


def coverage(cases, results):
    """{keyword: {engine: {"schemas", "compiled", "exact"}}}"""
    found = {}
    for focus in sorted({case["focus"] for case in cases}, key=str.lower):
        chosen = [index for index, case in enumerate(cases) if case["focus"] == focus]
        found[focus] = {}
        for name, lines in results.items():
            one = judge([cases[index] for index in chosen], [lines[index] for index in chosen])
            found[focus][name] = {key: one[key] for key in ("schemas", "compiled", "exact")}
    return found


def coverage_table(covered):
    """For docs/constrain.md: of each keyword's schemas, those that are kept exactly."""
    rows = [["keyword", "schemas", *next(iter(covered.values()))]]
    for focus, engines in covered.items():
        row = [f"`{focus}`", str(engines[OURS]["schemas"])]
        for one in engines.values():
            note = "" if one["compiled"] == one["schemas"] else f", {one['compiled']} compiled"
            row.append(f"{100 * one['exact'] / one['schemas']:.0f} %{note}")
        rows.append(row)
    print_table(rows)


def parse(arguments=None):
    parser = argparse.ArgumentParser(prog="byeol constrain", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schemas", type=int, default=2200, help="2200; beside the collected ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="smollm2-135m", help="a name, brought when absent, "
                        "or a GGUF file; of it only the tokenizer is used")
    parser.add_argument("--program", type=pathlib.Path, default=PROGRAM,
                        help="another constrain_check than that of build/release")
    parser.add_argument("--rivals", nargs="*", choices=RIVALS, default=RIVALS)
    parser.add_argument("--patience", type=float, default=20, help="seconds for one schema")
    parser.add_argument("--wrong", type=int, default=10, help="so many of ours are shown")
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path,
                        help="write all figures and what was wrong there, too")
    return parser.parse_args(arguments)


def main():
    options = parse()
    import constrain_schemas  # Needs jsonschema; who asks for --help may not have it.
    cases = constrain_schemas.generate(options.schemas, options.seed)
    cases += constrain_schemas.collected(ROOT / "tests/constrain/collected")
    model = find_model(options.model, ROOT / "byeol")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        vocabulary, ours = run_ours(options.program, model, cases, folder)
        source = folder / "rivals.ndjson"
        write_lines(source, [{"id": case["id"], "schema": case["schema"], "tokens": own["tokens"]}
                             for case, own in zip(cases, ours)])
        results = {OURS: ours}
        for name in options.rivals:
            results[name] = run_rival(name, vocabulary, source, cases, options.patience)
    judged = {name: judge(cases, lines) for name, lines in results.items()}
    refused = [{"id": line["id"], "error": line["error"]} for line in ours if not line["compiled"]]
    covered = coverage(cases, results)
    instances = sum(len(case["instances"]) for case in cases)
    print(f"{len(cases)} schemas, {instances} instances, tokens of {options.model}\n")
    speed_table(judged)
    print()
    coverage_table(covered)
    for line in refused[:options.wrong]:
        print(f"refused: {line['id']}: {line['error']}", file=sys.stderr)
    for wrong in judged[OURS]["wrong"][:options.wrong]:
        print("wrong: " + json.dumps(wrong, ensure_ascii=False), file=sys.stderr)
    if options.json:
        write_lines(options.json, [{"model": options.model, "seed": options.seed,
                                    "schemas": len(cases), "instances": instances,
                                    "engines": judged, "coverage": covered, "refused": refused}])
    own = judged[OURS]
    return 1 if own["wrong"] or own["splits"] else 0


if __name__ == "__main__":
    sys.exit(main())
