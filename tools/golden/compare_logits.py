#!/usr/bin/env python3
"""Compares two files of predictions (as llama_logits and `byeol logits` write them).

    ./byeol golden compare_logits tests/golden/model/smollm2-135m.f32.json other.json

Prints the share of positions with the same top token, both perplexities, and the mean and the
largest difference of the next token's log-probability. The first file is the reference.
"""
import json
import math
import sys


def perplexity(run):
    """Over the second half of each block, as llama-perplexity scores it."""
    block, scores = run["block"], run["next_logprob"]
    scored = [s for i, s in enumerate(scores) if i % block >= block // 2 and i % block + 1 < block]
    return math.exp(-sum(scored) / len(scored))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    reference, other = (json.load(open(path)) for path in sys.argv[1:3])
    if reference["tokens"] != other.get("tokens", reference["tokens"]):
        sys.exit("compare_logits: the two files are about different tokens")
    pairs = list(zip(reference["top"], other["top"]))
    if len(pairs) != len(reference["top"]):
        sys.exit("compare_logits: the second file has fewer positions than the reference")
    same = sum(a == b for a, b in pairs)
    print(f"same top token      {same} of {len(pairs)} = {100 * same / len(pairs):.2f} %")
    a, b = perplexity(reference), perplexity(other)
    print(f"perplexity          {a:.4f} and {b:.4f}: {100 * (b / a - 1):+.3f} %")
    gaps = [abs(x - y) for x, y in zip(reference["next_logprob"], other["next_logprob"])]
    mean = sum(gaps) / len(gaps)
    print(f"next log-probability: mean difference {mean:.5f}, largest {max(gaps):.4f}")


if __name__ == "__main__":
    main()
