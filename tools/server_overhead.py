#!/usr/bin/env python3
"""What the server costs over the engine: tokens a second of some streams, with and without it.

    tools/server_overhead.py [--streams 8] [--tokens 256] [--rounds 5] [--byeol PROGRAM]

In turns: `byeol bench --sequences N`, which is the engine alone, and `byeol load` with as many
streams at once against `byeol serve`, both without speculation and greedily. The rate of a load is
that of the time in which all of its streams run: tokens between the last stream's first token and
the first stream's end. Prints the medians and their ratio.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import load_servers

ROOT = Path(__file__).resolve().parent.parent
PROMPT_WORDS = 32
TEMPLATE_TOKENS = 64
CACHE_SLACK = 1.25


def engine_rate(program, options, prompt_tokens):
    words = [program, "bench", "--sequences", options.streams, "--prompt", prompt_tokens,
             "--generate", options.tokens, "--repeat", 1, "--json"]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["decode_tokens_per_s"]


def server_rate(program, url, options, seed):
    """And the tokens of a prompt, with its template."""
    with tempfile.TemporaryDirectory() as folder:
        trace, result = Path(folder) / "trace.ndjson", Path(folder) / "result.json"
        line = {"at_ms": 0, "prompt_tokens": PROMPT_WORDS, "max_tokens": options.tokens}
        trace.write_text((json.dumps(line) + "\n") * options.streams)
        words = [program, "load", "--url", url, "--trace", trace, "--shared", 0, "--ignore-eos",
                 "--seed", seed, "--json", result]
        subprocess.run([str(word) for word in words], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        records = json.loads(result.read_text())["runs"][0]["records"]
    begin = max(record["token_ms"][0] for record in records)
    end = min(record["token_ms"][-1] for record in records)
    # Parts of a stream may hold more than a token where a character was awaited.
    tokens = sum(record["completion_tokens"] * sum(begin < at <= end for at in record["token_ms"])
                 / len(record["token_ms"]) for record in records)
    return 1000 * tokens / (end - begin), records[0]["prompt_tokens"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--byeol", default=str(ROOT / "build/release/src/cli/byeol"))
    options = parser.parse_args()
    # The first use of a cache's page costs the system's clearing of it, once in its life. Of a
    # small cache, the first round uses all of them, as a server's first minutes do.
    tokens = CACHE_SLACK * options.streams * (TEMPLATE_TOKENS + PROMPT_WORDS + options.tokens)
    served = load_servers.Program(options.byeol, "--no-speculation", "--cache-tokens", int(tokens))
    engine, server = [], []
    with served.running(options) as url:
        if url is None:
            sys.exit("server_overhead: the server does not start")
        for seed in range(options.rounds + 1):
            rate, prompt_tokens = server_rate(options.byeol, url, options, seed)
            server.append(rate)
            engine.append(engine_rate(options.byeol, options, prompt_tokens))
    # The first round warms both up.
    engine, server = engine[1:], server[1:]
    ratio = statistics.median(s / e for s, e in zip(server, engine))
    print(f"{options.streams} streams of {options.tokens} tokens, {options.rounds} rounds in turns")
    print(f"engine {statistics.median(engine):.1f} tokens/s, server {statistics.median(server):.1f}"
          f" tokens/s; the server costs {100 * (1 - ratio):.1f} %"
          f" (rounds: {', '.join(f'{100 * (1 - s / e):.1f}' for s, e in zip(server, engine))})")


main()
