#!/usr/bin/env python3
"""Compares the files of `byeol quantize` with those of llama-quantize: what is lost at each type.

    ./byeol golden compare_quantizers                                both models, all types
    ./byeol golden compare_quantizers --models gemma3-270m --types Q4_0,Q4_K_M
    ./byeol golden compare_quantizers --program build/dev/src/cli/byeol --text FILE

Both quantizers start from the F32 form of a model (see make_model_golden) and get no importance
matrix; both files are run by Byeol, on the same text. Prints a table in Markdown: perplexity, and the
share of positions whose best token is that of the F32 file. Ends with 1 where the two files differ in
any tensor's type, or where ours predicts worse by more than --bar percent.
"""
import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import rivals  # noqa: E402  (the path must be set first)
from make_model_golden import MODELS, f32_form  # noqa: E402

TYPES = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K"]


def read_json(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"compare_quantizers: {' '.join(map(str, command))}\n{done.stderr}")
    return json.loads(done.stdout)


def perplexity(run):
    """Over the second half of each block, as llama-perplexity scores it."""
    block, scores = run["block"], run["next_logprob"]
    scored = [s for i, s in enumerate(scores) if i % block >= block // 2 and i % block + 1 < block]
    return math.exp(-sum(scored) / len(scored))


def same_top(run, reference):
    return 100 * sum(a == b for a, b in zip(run["top"], reference["top"])) / len(reference["top"])


class Comparison:
    def __init__(self, arguments, folder):
        self.program, self.text, self.folder = arguments.program, arguments.text, folder
        self.llama = rivals.ensure("llama.cpp")
        self.bar, self.failures = arguments.bar, []

    def predict(self, model):
        return read_json(self.program, "logits", self.text, "--model", model, "--json")

    def types(self, model):
        tensors = read_json(self.program, "inspect", model, "--json")["tensors"]
        return {tensor["name"]: tensor["type"] for tensor in tensors}

    def row(self, name, source, kind, reference):
        ours, theirs = (self.folder / f"{who}.gguf" for who in ("ours", "theirs"))
        read_json(self.program, "quantize", source, ours, "--type", kind, "--json")
        subprocess.run([str(self.llama / "bin/llama-quantize"), str(source), str(theirs), kind],
                       check=True, capture_output=True)
        if self.types(ours) != self.types(theirs):
            self.failures.append(f"{name} {kind}: the types of tensors differ")
        runs = [self.predict(path) for path in (theirs, ours)]
        base = perplexity(reference)
        losses = [100 * (perplexity(run) / base - 1) for run in runs]
        if losses[1] > losses[0] + self.bar:
            self.failures.append(f"{name} {kind}: {losses[1]:+.2f} %, theirs {losses[0]:+.2f} %")
        cells = [f"{perplexity(run):.4f} ({loss:+.2f} %)" for run, loss in zip(runs, losses)]
        tops = [f"{same_top(run, reference):.2f} %" for run in runs]
        return f"| {name} | {kind} | " + " | ".join(cells + tops) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--types", default=",".join(TYPES))
    parser.add_argument("--program", default=str(ROOT / "byeol"))
    parser.add_argument("--text", default=str(ROOT / "tests/text/english.txt"))
    parser.add_argument("--bar", type=float, default=0.5, help="percent")
    arguments = parser.parse_args()
    names = arguments.models.split(",")
    if set(names) - set(MODELS):
        parser.error("known models: " + ", ".join(MODELS))

    print("| model | type | perplexity, llama-quantize | byeol quantize | same top token as F32, "
          "llama-quantize | byeol quantize |\n|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="byeol compare ") as folder:
        comparison = Comparison(arguments, Path(folder))
        for name in names:
            source = f32_form(comparison.llama, name)
            reference = comparison.predict(source)
            print(f"| {name} | F32 | {perplexity(reference):.4f} | | | |", flush=True)
            for kind in arguments.types.split(","):
                print(comparison.row(name, source, kind, reference), flush=True)
    if comparison.failures:
        sys.exit("\n".join(comparison.failures))


if __name__ == "__main__":
    main()
