#!/usr/bin/env python3
"""Writes tests/golden/engine/sampling.json: what sampling must choose, worked out a second time.

    tools/golden/make_sampling_golden.py

Written from the definitions (softmax, Hugging Face's order of filters, SplitMix64), in plain Python
doubles, one dictionary of probabilities per case. A draw whose random number falls within 1e-5 of
the border between two tokens is left out: there the last bits may decide.
"""
import json
import math
import random
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "tests/golden/engine/sampling.json"
MASK = (1 << 64) - 1
BORDER = 1e-5


def mix(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def uniform(seed, choice, position):
    return (mix(mix(mix(seed) ^ choice) ^ position) >> 11) / 2**53


def softmax(logits):
    top = max(logits.values())
    powers = {token: math.exp(logit - top) for token, logit in logits.items()}
    total = math.fsum(powers.values())
    return {token: power / total for token, power in powers.items()}


def distribution(logits, history, prompt_tokens, options):
    """Token -> probability, after all filters."""
    logits = dict(enumerate(logits))
    last = options["penalty_last_n"]
    begin = 0 if last < 0 else max(0, len(history) - last)
    generated = history[max(begin, prompt_tokens):]
    for token in set(history[begin:]):
        penalty = options["repetition_penalty"]
        logits[token] = logits[token] / penalty if logits[token] > 0 else logits[token] * penalty
        if token in generated:
            logits[token] -= options["presence_penalty"]
            logits[token] -= options["frequency_penalty"] * generated.count(token)
    for token, bias in options["logit_bias"]:
        logits[token] += bias
    order = sorted(logits, key=lambda token: (-logits[token], token))
    if options["temperature"] == 0:
        return {order[0]: 1.0}
    probabilities = softmax({t: l / options["temperature"] for t, l in logits.items()})
    kept = order[:options["top_k"]] if options["top_k"] else order

    def renormalised():
        total = math.fsum(probabilities[token] for token in kept)
        return {token: probabilities[token] / total for token in kept}

    now = renormalised()
    if options["top_p"] < 1:
        reached, count = 0.0, 0
        while count < len(kept) and reached < options["top_p"]:
            reached += now[kept[count]]
            count += 1
        kept = kept[:count]
    best = now[kept[0]]
    kept = [token for token in kept if now[token] >= options["min_p"] * best]
    return renormalised()


def choose(probabilities, u):
    """The token, or None next to a border."""
    reached = 0.0
    chosen = None
    for token in sorted(probabilities):
        reached += probabilities[token]
        if len(probabilities) > 1 and abs(reached - u) < BORDER:
            return None
        if chosen is None and u < reached:
            chosen = token
    return chosen


def main():
    source = random.Random(20240229)
    neutral = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "repetition_penalty": 1.0,
               "presence_penalty": 0.0, "frequency_penalty": 0.0, "penalty_last_n": -1,
               "logit_bias": []}
    variations = [
        {}, {"temperature": 0.0}, {"temperature": 0.7}, {"temperature": 2.5}, {"top_k": 1},
        {"top_k": 5}, {"top_k": 1000}, {"top_p": 0.5}, {"top_p": 0.9, "temperature": 1.5},
        {"top_p": 1e-6}, {"min_p": 0.1}, {"min_p": 1.0}, {"repetition_penalty": 1.3},
        {"repetition_penalty": 0.8, "penalty_last_n": 4}, {"presence_penalty": 1.5},
        {"frequency_penalty": 0.75}, {"frequency_penalty": -0.5, "penalty_last_n": 3},
        {"penalty_last_n": 0, "repetition_penalty": 3.0},
        {"logit_bias": [[3, 5.0], [7, -100.0]]},
        {"temperature": 0.8, "top_k": 40, "top_p": 0.95, "min_p": 0.05},
        {"temperature": 1.2, "top_k": 12, "top_p": 0.8, "min_p": 0.2, "repetition_penalty": 1.1,
         "presence_penalty": 0.3, "frequency_penalty": 0.2, "penalty_last_n": 6,
         "logit_bias": [[0, 1.0]]},
        {"temperature": 0.0, "repetition_penalty": 1.5, "logit_bias": [[2, 0.5]]},
    ]
    cases = []
    for number, variation in enumerate(variations):
        size = [50, 300, 2048][number % 3]
        # Multiples of 1/8: exact in float, and many of them equal, so that ties are met.
        logits = [round(source.gauss(0, 2.5) * 8) / 8 for _ in range(size)]
        history = [source.randrange(min(size, 20)) for _ in range(10)]
        options = {**neutral, **variation}
        probabilities = distribution(logits, history, 4, options)
        draws = []
        for seed in range(40):
            token = choose(probabilities, uniform(seed, seed % 3, len(history)))
            if token is not None:
                draws.append([seed, seed % 3, token])
        plain = softmax(dict(enumerate(logits)))
        top = sorted(plain, key=lambda token: (-logits[token], token))[:5]
        cases.append({"options": options, "logits_times_8": [round(l * 8) for l in logits],
                      "history": history, "prompt_tokens": 4, "kept": len(probabilities),
                      "draws": draws,
                      "top_logprobs": [[t, round(math.log(plain[t]), 7)] for t in top]})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    OUT.write_text('{"command":"tools/golden/make_sampling_golden.py","cases":[\n' + lines + "\n]}\n")
    print(f"{OUT.name}: {len(cases)} cases, {sum(len(c['draws']) for c in cases)} draws")


if __name__ == "__main__":
    main()
