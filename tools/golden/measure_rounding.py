#!/usr/bin/env python3
"""Measures what rounding the activations costs a real model, with transformers in float32.

    ./byeol golden measure_rounding smollm2-135m 32:127 16:127 32:254
    ./byeol golden measure_rounding gemma3-270m 32:127,lm_head=none,down_proj=16:127

A scheme GROUP:LEVELS rounds every input of a matrix to codes -LEVELS..LEVELS with one float scale
per GROUP values; NAME=GROUP:LEVELS or NAME=none after a comma overrules it for the matrices of that
name. The text, the blocks and the reference are those of tests/golden/model/<model>.f32.json.
"""
# requires: torch==2.15.0 transformers==5.23.0 gguf==0.19.0 accelerate==1.15.0
import json
import math
import sys

import torch
from transformers import AutoModelForCausalLM

from make_model_golden import MODELS, ROOT, find_model


def parse_scheme(text):
    """{"": (group, levels), "lm_head": None, …}; the empty name stands for every other matrix."""
    scheme = {}
    for part in text.split(","):
        name, _, value = part.rpartition("=")
        scheme[name] = None if value == "none" else tuple(int(x) for x in value.split(":"))
    return scheme


def rounded(x, group, levels):
    parts = x.reshape(*x.shape[:-1], -1, group)
    scale = parts.abs().amax(-1, keepdim=True) / levels
    scale[scale == 0] = 1
    return (torch.round(parts / scale) * scale).reshape(x.shape)


def hook_inputs(model, scheme):
    def make(name):
        how = scheme.get(name, scheme.get(""))
        return lambda _, inputs: (rounded(inputs[0], *how),) if how else None
    return [module.register_forward_pre_hook(make(name.split(".")[-1]))
            for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]


def evaluate(model, golden):
    """(perplexity, share of positions with the golden top token)"""
    tokens = torch.tensor(golden["tokens"])
    block, same, nll, scored = golden["block"], 0, 0.0, 0
    for start in range(0, len(golden["top"]), block):
        ids = tokens[start:start + block].clone()
        if golden["replace_bos"]:
            ids[0] = golden["bos"]
        with torch.no_grad():
            logits = model(ids[None]).logits[0]
        same += sum(a == b for a, b in zip(logits.argmax(-1).tolist(), golden["top"][start:]))
        second = torch.log_softmax(logits[block // 2:block - 1].double(), -1)
        nll -= second.gather(1, ids[block // 2 + 1:, None]).sum().item()
        scored += len(second)
    return math.exp(nll / scored), same / len(golden["top"])


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in MODELS:
        sys.exit(__doc__)
    name = sys.argv[1]
    path = find_model(name)
    golden = json.loads((ROOT / "tests/golden/model" / f"{name}.f32.json").read_text())
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name,
                                                 dtype=torch.float32).eval()
    for text in ["none", *sys.argv[2:]]:
        hooks = hook_inputs(model, parse_scheme(text))
        perplexity, share = evaluate(model, golden)
        for hook in hooks:
            hook.remove()
        change = 100 * (perplexity / golden["perplexity"] - 1)
        print(f"{text:40} perplexity {perplexity:.4f} ({change:+.3f} %), "
              f"same top token {100 * share:.2f} %", flush=True)


if __name__ == "__main__":
    main()
