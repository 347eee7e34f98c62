#!/usr/bin/env python3
"""Whether what a model writes under random schemas is valid: at temperature 1, by the thousand.

    tools/constrain_generations.py [--generations 5000] [--model PATH] [--byeol PROGRAM]

Schemas come from tools/constrain_schemas.py; each is answered by `byeol serve` with another seed
and with max_tokens drawn from 16 to 200. PyPI's jsonschema judges each answer that ended by itself;
one that was cut off (finish_reason "length") must have been too short for the shortest completion,
which is known from an answer of one allowed to be long: it is counted and shown. Run with the
interpreter that `tools/verbs/constrain` makes (build/constrain-env).
"""
import argparse
import concurrent.futures
import decimal
import json
import os
import random
import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

from jsonschema import Draft202012Validator

import constrain_schemas
import load_servers

ROOT = Path(__file__).resolve().parent.parent
MODELS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "byeol/models"
AT_ONCE = 8


def number(text):
    """Exactly, unless its exponent is beyond what decimal knows."""
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:
        return float(text)


def is_valid(schema, value):
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    try:
        return validator.is_valid(value)
    except (ArithmeticError, TypeError):
        return False  # Its numbers are too large for this judge.


def generate(url, schema, seed, max_tokens):
    """The outcome's name, and the text."""
    body = {"messages": [{"role": "user", "content": "Give an example."}], "temperature": 1,
            "seed": seed, "max_tokens": max_tokens, "service_tier": "flex",
            "response_format": {"type": "json_schema",
                                "json_schema": {"name": "x", "schema": schema}}}
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode(),
                                     {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            choice = json.load(answer)["choices"][0]
    except urllib.error.HTTPError as error:
        return "refused", error.read().decode()
    text = choice["message"]["content"] or ""
    if choice["finish_reason"] != "stop":
        return "cut off", text
    try:
        # A float would round 10000000000000000000.5, which is no integer, to one.
        value = json.loads(text, parse_float=number)
    except ValueError:
        return "no JSON", text
    exact = json.loads(json.dumps(schema), parse_float=number)
    return ("valid" if is_valid(exact, value) or is_valid(schema, json.loads(text))
            else "INVALID"), text


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generations", type=int, default=5000)
    parser.add_argument("--model", default=str(MODELS / "smollm2-135m.gguf"))
    parser.add_argument("--byeol", default=str(ROOT / "build/release/src/cli/byeol"))
    options = parser.parse_args()
    schemas = [case["schema"] for case in constrain_schemas.generate(500)]
    outcomes, draw = Counter(), random.Random(1)
    served = load_servers.Program(options.byeol, "--model", options.model, "--no-calibration")
    with served.running(options) as url:
        if url is None:
            sys.exit("constrain_generations: the server does not start")
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            wanted = {pool.submit(generate, url, schemas[i % len(schemas)], i,
                                  draw.randint(16, 200)): i for i in range(options.generations)}
            for done in concurrent.futures.as_completed(wanted):
                outcome, text = done.result()
                outcomes[outcome] += 1
                if outcome != "valid":
                    schema = json.dumps(schemas[wanted[done] % len(schemas)])
                    print(f"{outcome}: {schema[:300]}\n  {text[:300]}", flush=True)
    print(f"{options.generations} generations: "
          + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))
    sys.exit(0 if set(outcomes) <= {"valid", "cut off", "refused"} else 1)


main()
