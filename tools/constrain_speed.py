#!/usr/bin/env python3
"""What a constrained answer takes over HTTP, beside free text and beside llama-server.

    tools/constrain_speed.py [--model PATH] [--rounds 7] [--schema FILE] [--byeol PROGRAM]

In turns, with one request at a time: the device command of tests/constrain/command.json by
`byeol serve` and by `llama-server`, greedily; and as many tokens of free text by `byeol serve`
with the whole output head and no speculation. Each server answers once before it is measured, so
that prompts are cached everywhere. Prints medians, tokens and ratios; fails where an answer is not
what the schema allows at the first look (an object with the schema's keys).
"""
import argparse
import json
import os
import statistics
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import load_servers

ROOT = Path(__file__).resolve().parent.parent
PROMPT = "It is too warm in the kitchen, please do something about it for two hours."
MODELS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "byeol/models"


class Llama(load_servers.Llama):
    def command(self, options, port):
        return [self.home / "bin" / "llama-server", "-m", options.model, "--host", "127.0.0.1",
                "--port", port, "-np", 1, "-c", 2048, "-t", 2, "-tb", 2, "--cache-prompt",
                "--no-webui", "--jinja"]


def ask(url, **fields):
    """Milliseconds, tokens, text."""
    body = {"messages": [{"role": "user", "content": PROMPT}], "temperature": 0,
            "max_tokens": 300} | fields
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode(),
                                     {"content-type": "application/json"})
    begin = time.monotonic()
    with urllib.request.urlopen(request, timeout=120) as answer:
        read = json.load(answer)
    took_ms = (time.monotonic() - begin) * 1e3
    return took_ms, read["usage"]["completion_tokens"], read["choices"][0]["message"]["content"]


def constrained(url, schema):
    form = {"type": "json_schema", "json_schema": {"name": "command", "schema": schema}}
    took_ms, tokens, text = ask(url, response_format=form)
    if list(json.loads(text)) != list(schema["properties"]):
        sys.exit(f"constrain_speed: {url} answered {text}")
    return took_ms, tokens


def free(url, tokens):
    # Any bias makes every logit count: the whole head.
    return ask(url, max_tokens=tokens, ignore_eos=True, logit_bias={"0": -1})[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(MODELS / "smollm2-135m.gguf"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--schema", default=str(ROOT / "tests/constrain/command.json"))
    parser.add_argument("--byeol", default=str(ROOT / "build/release/src/cli/byeol"))
    options = parser.parse_args()
    schema = json.loads(Path(options.schema).read_text())
    ours, beside, rival = [], [], []
    with ExitStack() as stack:
        served = load_servers.Program(options.byeol, "--model", options.model, "--no-speculation")
        url = stack.enter_context(served.running(options))
        other = stack.enter_context(Llama("llama.cpp").running(options))
        if url is None or other is None:
            sys.exit("constrain_speed: a server does not start")
        for _ in range(options.rounds + 1):
            ours.append(constrained(url, schema))
            beside.append(free(url, ours[-1][1]))
            rival.append(constrained(other, schema))
    ours_ms, tokens = (statistics.median(values) for values in zip(*ours[1:]))
    rival_ms, rival_tokens = (statistics.median(values) for values in zip(*rival[1:]))
    free_ms = statistics.median(beside[1:])
    print(f"{Path(options.model).stem}, {options.rounds} rounds in turns, medians")
    print(f"constrained   {ours_ms:7.1f} ms, {tokens:.0f} tokens")
    print(f"free text     {free_ms:7.1f} ms for as many: {free_ms / ours_ms:.1f} x")
    print(f"llama-server  {rival_ms:7.1f} ms, {rival_tokens:.0f} tokens: "
          f"{rival_ms / ours_ms:.1f} x")


main()
