#!/usr/bin/env python3
"""Measures what rounding the activations costs a real model, with transformers in float32.

    ./byeol golden measure_rounding smollm2-135m 32:127 32:127+1 32:127+1,lm_head=none
    ./byeol golden measure_rounding gemma3-270m --text tests/text/korean.txt 32:127 32:127+1

A scheme says how every input of a matrix is rounded; NAME=SCHEME after a comma overrules it for the
matrices of that name (q_proj k_proj v_proj o_proj gate_proj up_proj down_proj lm_head).

    none           not at all
    32:127         codes -127..127 with one float scale (the largest magnitude / 127) per 32 values
    32:127+1       the same, but the quad (4 neighbouring values) with the largest magnitude of each
                   group may have codes of two bytes, -16319..16319; the others' largest magnitude
                   sets the scale, unless the quad needs a larger one
    32:127/0.0625  the same, and the 1/16 of a row's groups (rounded up) with the largest scales are
                   rounded a second time: their residuals, with a scale of their own
    32:u255        codes 0..255, scale and integral zero point from the group's least and greatest

The reference is the same model without rounding. KL is the mean of KL(reference || rounded) over all
positions, in units of 0.0001: it ranks schemes of which the top tokens alone are too few to tell.
"""
# requires: torch==2.15.0 transformers==5.23.0 gguf==0.19.0 accelerate==1.15.0
import argparse
import json
import math
import re
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from make_model_golden import MODELS, ROOT, find_model

QUAD = 4
LOW_BITS = 7  # A wide code is high * 128 + low, low in -64..63, high in -127..127.


def at_scale(groups, scale):
    return torch.round(groups / torch.where(scale == 0, 1, scale)) * scale


def rounded_plain(groups, levels):
    return at_scale(groups, groups.abs().amax(-1, keepdim=True) / levels)


def rounded_wide_quads(groups, levels, count):
    quads = groups.abs().unflatten(-1, (-1, QUAD)).amax(-1)
    largest = quads.topk(count + 1, -1).values
    widest = levels * 2**LOW_BITS + 2**(LOW_BITS - 1) - 1
    return at_scale(groups, torch.maximum(largest[..., -1:] / levels, largest[..., :1] / widest))


def rounded_twice(groups, levels, share):
    once = rounded_plain(groups, levels)
    largest = groups.abs().amax(-1)
    chosen = largest.topk(math.ceil(largest.shape[-1] * share), -1).indices
    mask = torch.zeros_like(largest).scatter_(-1, chosen, 1)[..., None]
    return once + mask * rounded_plain(groups - once, levels)


def rounded_unsigned(groups, levels):
    least, greatest = groups.amin(-1, keepdim=True), groups.amax(-1, keepdim=True)
    scale = (greatest - least) / levels
    scale[scale == 0] = 1
    zero = torch.round(least / scale)
    return (torch.clamp(torch.round(groups / scale) - zero, 0, levels) + zero) * scale


def parse_rounding(text):
    """A function of activations [..., k]; None for none."""
    if text == "none":
        return None
    match = re.fullmatch(r"(\d+):(u?)(\d+)(?:\+(\d+)|/([\d.]+))?", text)
    if not match or match[2] and (match[4] or match[5]):
        raise SystemExit(f"measure_rounding: no scheme '{text}'; --help lists them")
    group, levels = int(match[1]), int(match[3])

    def apply(x):
        groups = x.unflatten(-1, (-1, group))
        if match[2]:
            groups = rounded_unsigned(groups, levels)
        elif match[4]:
            groups = rounded_wide_quads(groups, levels, int(match[4]))
        elif match[5]:
            groups = rounded_twice(groups, levels, float(match[5]))
        else:
            groups = rounded_plain(groups, levels)
        return groups.flatten(-2)
    return apply


def hook_inputs(model, scheme):
    """scheme: "32:127,lm_head=none"; the part without a name stands for every other matrix."""
    roundings = {name: parse_rounding(text) for name, _, text in
                 (part.rpartition("=") for part in scheme.split(","))}
    hooks = []
    for name, module in model.named_modules():
        rounding = roundings.get(name.split(".")[-1], roundings.get(""))
        if isinstance(module, torch.nn.Linear) and rounding:
            hooks.append(module.register_forward_pre_hook(
                lambda _, inputs, rounding=rounding: (rounding(inputs[0]),)))
    return hooks


def blocks_of(tokens, golden):
    block = golden["block"]
    for start in range(0, len(tokens) // block * block, block):
        ids = torch.tensor(tokens[start:start + block])
        if golden["replace_bos"]:
            ids[0] = golden["bos"]
        yield ids


def log_probabilities(model, ids):
    with torch.no_grad():
        return torch.log_softmax(model(ids[None]).logits[0], -1)


def negative_log_likelihood(ids, log_p):
    """Of the scored tokens: the second half of the block."""
    half = len(ids) // 2
    return -log_p[half:-1].gather(1, ids[half + 1:, None]).double().sum().item()


def perplexity_of(nll, blocks):
    return math.exp(nll / sum(len(ids) - len(ids) // 2 - 1 for ids in blocks))


def evaluate(model, blocks, reference):
    """(perplexity, share of positions with the reference's top token, mean KL divergence)"""
    nll, same, divergence = 0.0, 0, 0.0
    for ids, expected in zip(blocks, reference):
        log_p = log_probabilities(model, ids)
        nll += negative_log_likelihood(ids, log_p)
        same += (log_p.argmax(-1) == expected.argmax(-1)).sum().item()
        for a, b in zip(expected.split(64), log_p.split(64)):
            divergence += (a.exp() * (a - b)).sum(-1, dtype=torch.float64).sum().item()
    positions = sum(len(ids) for ids in blocks)
    return perplexity_of(nll, blocks), same / positions, divergence / positions


def read_tokens(path, text, golden):
    if not text:
        return golden["tokens"]
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    tokens = tokenizer(text.read_text().removesuffix("\n"), add_special_tokens=False)["input_ids"]
    return [golden["bos"]] * golden["replace_bos"] + tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("schemes", nargs="+", metavar="SCHEME")
    parser.add_argument("--text", type=Path, help="instead of tests/text/english.txt")
    arguments = parser.parse_args()
    path = find_model(arguments.model)
    golden = json.loads(
        (ROOT / "tests/golden/model" / f"{arguments.model}.f32.json").read_text())
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name,
                                                 dtype=torch.float32).eval()
    blocks = list(blocks_of(read_tokens(path, arguments.text, golden), golden))
    reference = [log_probabilities(model, ids) for ids in blocks]
    exact = perplexity_of(sum(map(negative_log_likelihood, blocks, reference)), blocks)
    print(f"{'float32':40} perplexity {exact:.4f}", flush=True)
    for scheme in arguments.schemes:
        hooks = hook_inputs(model, scheme)
        perplexity, share, divergence = evaluate(model, blocks, reference)
        for hook in hooks:
            hook.remove()
        print(f"{scheme:40} perplexity {perplexity:.4f} ({100 * (perplexity / exact - 1):+.3f} %), "
              f"same top token {100 * share:.2f} %, KL {1e4 * divergence:.3f}", flush=True)


if __name__ == "__main__":
    main()
