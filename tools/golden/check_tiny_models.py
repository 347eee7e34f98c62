#!/usr/bin/env python3
"""Runs the tiny models through llama.cpp: a second opinion on files that transformers answers for.

    ./byeol golden check_tiny_models

For each tests/golden/model/tiny-*.gguf it prints the largest difference between llama.cpp's logits
and the golden ones, for the file turned into F32 (which must agree within 0.005: llama.cpp takes
its GELU from a table of halves) and for the file as it is (where llama.cpp rounds the activations).
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from make_model_golden import ROOT, build_logits_tool
import rivals

LIMIT = 0.005


def difference(tool, model, golden):
    rows = golden["rows"]
    command = [str(tool), "--model", str(model), "--block", "0",
               "--ids", ",".join(map(str, golden["tokens"])),
               "--rows", ",".join(str(row["position"]) for row in rows)]
    run = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    gap = max(abs(a - b) for ours, theirs in zip(rows, run["rows"])
              for a, b in zip(ours["logits"], theirs["logits"]))
    same = sum(entry["ids"][0] == top for entry, top in zip(golden["top5"], run["top"]))
    return gap, same, len(run["top"])


def check(home, tool, path):
    golden = json.loads(path.with_suffix(".json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "f32.gguf"
        subprocess.run([str(home / "bin" / "llama-quantize"), "--allow-requantize", str(path),
                        str(plain), "F32"], check=True, capture_output=True)
        gap, same, count = difference(tool, plain, golden)
    own_gap, own_same, _ = difference(tool, path, golden)
    scale = max(abs(x) for row in golden["rows"] for x in row["logits"])
    print(f"{path.stem:22} largest logit {scale:5.1f}; as F32: off by {gap:.5f}, top token "
          f"{same}/{count}; as it is: off by {own_gap:.5f}, top token {own_same}/{count}")
    return gap < LIMIT and same == count


def main():
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    home = rivals.ensure("llama.cpp")
    tool = build_logits_tool(home)
    files = sorted((ROOT / "tests" / "golden" / "model").glob("tiny-*.gguf"))
    if not files or not all([check(home, tool, path) for path in files]):
        sys.exit("check_tiny_models: llama.cpp and transformers disagree")


if __name__ == "__main__":
    main()
