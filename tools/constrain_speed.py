#!/usr/bin/env python3
"""What a constrained answer takes over HTTP, beside free text and beside llama-server.

    tools/constrain_speed.py [--model PATH] [--rounds 60] [--schema FILE] [--byeol PROGRAM]
                             [--threads N]

In turns, with one request at a time and another sentence in every round: the device command of
tests/constrain/command.json by `byeol serve`, by one with --no-speculation, and by `llama-server`,
greedily; and as many tokens of free text by the one with --no-speculation and the whole output
head. Each server has computed the prompt just before (it was asked for one token), and has answered
four other sentences. Prints medians, tokens and ratios; fails where an answer of ours is not what
the schema allows at the first look (an object with the schema's keys), or where speculation changes
it. What llama-server has not ended within 300 tokens is counted. At last, what masks cost that no
answer has asked for before: twelve letters and spaces, of a form that the server has not met and
then of the same again.
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
COMPLAINTS = ("It is too {} in the {}, please do something about it for {}.",
              "Somebody should see to the {} {}, for {} at least.",
              "I go to the {1} now; it is {0} there, and I stay {2}.",
              "{} again! The {} needs another setting for {}.")
MATTERS = ("warm", "cold", "dark", "bright")
ROOMS = ("kitchen", "bathroom", "bedroom", "living room")
TIMES = ("two hours", "ten minutes", "half an hour", "the night")
MODELS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "byeol/models"


class Llama(load_servers.Llama):
    def command(self, options, port):
        return [self.home / "bin" / "llama-server", "-m", options.model, "--host", "127.0.0.1",
                "--port", port, "-np", 1, "-c", 2048, "-t", 2, "-tb", 2, "--cache-prompt",
                "--no-webui", "--jinja"]


def sentence(number):
    """Another one for each number below 64, and no two neighbours alike."""
    return COMPLAINTS[number % 4].format(MATTERS[(number // 4) % 4], ROOMS[number * 3 % 4],
                                         TIMES[(number // 16 + number) % 4])


def ask(url, **fields):
    """Milliseconds, tokens, the choice."""
    body = {"temperature": 0, "max_tokens": 300} | fields
    request = urllib.request.Request(url, json.dumps(body).encode(),
                                     {"content-type": "application/json"})
    begin = time.monotonic()
    with urllib.request.urlopen(request, timeout=120) as answer:
        read = json.load(answer)
    took_ms = (time.monotonic() - begin) * 1e3
    return took_ms, read["usage"]["completion_tokens"], read["choices"][0]


def constrained(url, number, schema):
    url += "/v1/chat/completions"
    messages = [{"role": "user", "content": sentence(number)}]
    form = {"type": "json_schema", "json_schema": {"name": "command", "schema": schema}}
    ask(url, messages=messages, max_tokens=1)
    took_ms, tokens, choice = ask(url, messages=messages, response_format=form)
    return took_ms, tokens, choice["message"]["content"]


def is_command(text, schema):
    try:
        return list(json.loads(text)) == list(schema["properties"])
    except ValueError:
        return False


def free(url, number, tokens):
    url += "/v1/completions"
    prompt = sentence(number)
    ask(url, prompt=prompt, max_tokens=1)
    # Any bias makes every logit count: the whole head.
    took_ms, came, _ = ask(url, prompt=prompt, max_tokens=tokens, ignore_eos=True,
                           logit_bias={"0": -1})
    if came != tokens:
        sys.exit(f"constrain_speed: {came} tokens of free text came; {tokens} were asked for")
    return took_ms


def letters(url, number):
    url += "/v1/completions"
    prompt = sentence(number)
    ask(url, prompt=prompt, max_tokens=1)
    form = "[A-Za-z ]{40,%d}[.!]" % (60 + number)
    return [ask(url, prompt=prompt, max_tokens=12, regex=form)[0] for _ in range(2)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(MODELS / "smollm2-135m.gguf"))
    parser.add_argument("--rounds", type=int, default=60, help="at most 60")
    parser.add_argument("--schema", default=str(ROOT / "tests/constrain/command.json"))
    parser.add_argument("--byeol", default=str(ROOT / "build/release/src/cli/byeol"))
    parser.add_argument("--threads", type=int, help="byeol's; all cores")
    options = parser.parse_args()
    schema = json.loads(Path(options.schema).read_text())
    before = 4
    program = [options.byeol, "--model", options.model]
    if options.threads:
        program += ["--threads", options.threads]
    ours, plain, beside, rival, masked = [], [], [], [], []
    with ExitStack() as stack:
        urls = [stack.enter_context(server.running(options)) for server in (
            load_servers.Program(*program),
            load_servers.Program(*program, "--no-speculation"),
            Llama("llama.cpp"))]
        if None in urls:
            sys.exit("constrain_speed: a server does not start")
        for number in range(before + min(options.rounds, 64 - before)):
            ours.append(constrained(urls[0], number, schema))
            plain.append(constrained(urls[1], number, schema))
            if not is_command(ours[-1][2], schema):
                sys.exit(f"constrain_speed: byeol answered {ours[-1][2]}")
            if ours[-1][2] != plain[-1][2]:
                sys.exit(f"constrain_speed: {ours[-1][2]} with speculation, {plain[-1][2]} without")
            beside.append(free(urls[1], number, ours[-1][1]))
            rival.append(constrained(urls[2], number, schema))
            masked.append(letters(urls[1], number))

    def median(answers, index):
        return statistics.median(answer[index] for answer in answers[before:])

    ours_ms = median(ours, 0)
    free_ms = statistics.median(beside[before:])
    ratios = sorted(text / answer[0] for text, answer in zip(beside[before:], ours[before:]))
    print(f"{Path(options.model).stem}, {len(ours) - before} sentences in turns, medians")
    print(f"constrained       {ours_ms:7.1f} ms, {median(ours, 1):.0f} tokens")
    print(f"  without drafts  {median(plain, 0):7.1f} ms")
    print(f"free text         {free_ms:7.1f} ms for as many: {statistics.median(ratios):.1f} x "
          f"({ratios[0]:.1f} to {ratios[-1]:.1f})")
    endless = sum(not is_command(answer[2], schema) for answer in rival[before:])
    print(f"llama-server      {median(rival, 0):7.1f} ms, {median(rival, 1):.0f} tokens: "
          f"{median(rival, 0) / ours_ms:.1f} x; {endless} not ended")
    print(f"a new form's masks {median(masked, 0):6.1f} ms, {median(masked, 1):.1f} ms the second "
          "time")


main()
