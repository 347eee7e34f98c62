#!/usr/bin/env python3
"""Writes tests/golden/model/tiny-*.embedding.json: mean hidden states that transformers computes.

    ./byeol golden make_embedding_golden            of all tiny models
    ./byeol golden make_embedding_golden qwen3      of those whose name contains the word

The models are made again as make_tiny_models makes them (same seeds, weights rounded to the file's
type) and must give the logits that stand beside the files: only then is it the same model. The
embedding of a text is the mean over its positions of the last hidden state, after the output norm.
"""
# requires: torch==2.15.0 transformers==5.23.0 gguf==0.19.0
import argparse
import json

import numpy as np
import torch
import transformers
from make_tiny_models import MODELS, OUT, build

PREFIXES = [1, 17, 33]  # Besides the whole text: so many of its first tokens.


def check_same_model(golden, logits, name):
    for row in golden["rows"]:
        difference = np.abs(logits[row["position"]] - np.array(row["logits"])).max()
        if difference > 1e-3:
            raise SystemExit(f"tiny-{name}: logits differ by {difference}; not the same model")


def make(name, spec, seed):
    golden = json.loads((OUT / f"tiny-{name}.json").read_text())
    tokens = golden["tokens"]
    model, _ = build(spec, seed)
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0].double().numpy()
        hidden = model.model(torch.tensor([tokens])).last_hidden_state[0].double().numpy()
    check_same_model(golden, logits, name)
    means = [{"tokens": count, "mean": [float(f"{x:.6g}") for x in hidden[:count].mean(axis=0)]}
             for count in [*PREFIXES, len(tokens)]]
    written = {
        "command": f"./byeol golden make_embedding_golden {name}",
        "source": f"transformers {transformers.__version__}, torch {torch.__version__}, float32",
        "tokens": tokens,
        "means": means,
    }
    lines = [f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in written.items()]
    (OUT / f"tiny-{name}.embedding.json").write_text("{" + ",\n".join(lines) + "}\n")
    print(f"tiny-{name}: {len(means)} means of {hidden.shape[1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="parts of the names; none means all")
    wanted = parser.parse_args().words
    for seed, (name, spec) in enumerate(MODELS.items(), start=1):
        if not wanted or any(word in name for word in wanted):
            make(name, spec, seed)


if __name__ == "__main__":
    main()
