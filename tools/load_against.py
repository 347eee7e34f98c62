#!/usr/bin/env python3
"""Measures Byeol's server and a rival's under the same load: ./byeol load --against llama.cpp

    ./byeol load --against llama.cpp                          the default model, 0.5 to 12 a second
    ./byeol load --against llama.cpp --rates 2,3,4,5,6,7,8    a finer search for the highest rate
    ./byeol load --against llama.cpp --long-prompt 0 --warm-prefix 0    the rates alone
    ./byeol load --against llama.cpp --keep /tmp/load         keep each run's JSON and its page

One server runs at a time, with the same file, on the same threads; for each rate both are started
anew, in turns, and get the same requests at the same times from `byeol load`. The rival is built
once (tools/rivals.py) and runs with as many slots as --slots says, each large enough for every
prompt, with its prompt cache; before each run every slot has answered once. Good is a complete
answer (exactly --max-tokens) with its first token and its mean gap in time; the same numbers are
in each request as its `deadline`, which the rival passes over. Then a long prompt arrives beside
running streams, and a prefix is timed computed and cached.
Every figure becomes a line of bench/ledger.ndjson.
"""
import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import bench_against
from bench_against import ROOT, find_model, machine, run, sha256, usable_cores
from load_servers import KNOWN, OURS, Llama, Ours, say

def measure(server, options, label, *words):
    """The JSON of one `byeol load` against a server that is started for it, or None."""
    with server.running(options) as url, tempfile.TemporaryDirectory() as folder:
        if url is None:
            return None
        out = Path(options.keep or folder) / f"{server.name} {label}.json"
        command = [options.byeol, "load", "--url", url, "--ignore-eos", "--seed", options.seed,
                   "--json", out, *words]
        if options.keep and "--rates" in words:
            command += ["--report", out.with_suffix(".html")]
        say(f"{server.name}, {label}")
        if run(command) is None:
            return None
        return json.loads(out.read_text())


def promise(options):
    return ["--first-ms", options.first_ms, "--gap-ms", options.gap_ms]


def measure_rates(servers, options):
    """{(name, rate): run}; a server that failed once is not asked again."""
    runs, failed = {}, set()
    for turn, rate in enumerate(options.rates):
        shift = turn % len(servers)
        for server in servers[shift:] + servers[:shift]:
            if server.name in failed:
                continue
            measured = measure(server, options, f"{rate:g} per s", "--rates", f"{rate:g}",
                               "--requests", options.requests, "--shared", options.shared,
                               "--own", options.own, "--max-tokens", options.max_tokens,
                               "--warm-up", options.slots, "--send-deadline", *promise(options))
            if measured is None:
                failed.add(server.name)
            else:
                runs[server.name, rate] = measured["runs"][0]
    return runs


def measure_scenario(servers, options, label, *words):
    measured = {server.name: measure(server, options, label, *words) for server in servers}
    return {name: value for name, value in measured.items() if value}


def highest(runs, name, rates, share):
    """The highest rate with so many good, while every lower one has as many; 0: none."""
    best = 0
    for rate in sorted(rates):
        run_ = runs.get((name, rate))
        if run_ is None or run_["good_share"] < share:
            break
        best = rate
    return best


def ratio(ours, theirs, lower=False):
    """Above 1 where we are better; None where a figure is missing or nothing."""
    if not ours or not theirs:
        return None
    return theirs / ours if lower else ours / theirs


def figures(servers, runs, long_prompt, warm_prefix, options):
    """(metric, unit, lower is better, {name: value}) of all that was measured."""
    names = [server.name for server in servers]
    found = []

    def add(metric, unit, lower, values):
        values = {name: value for name, value in values.items() if value is not None}
        if values:
            found.append((metric, unit, lower, values))

    def of_runs(rate, *keys):
        values = {}
        for name in names:
            value = runs.get((name, rate))
            for key in keys:
                value = value[key] if value else None
            values[name] = value
        return values

    for rate in options.rates:
        what = f"load {rate:g}/s"
        add(f"{what}, good", "share", False, of_runs(rate, "good_share"))
        add(f"{what}, first token p50", "ms", True, of_runs(rate, "first_token_ms", "p50"))
        add(f"{what}, first token p99", "ms", True, of_runs(rate, "first_token_ms", "p99"))
        add(f"{what}, mean gap p50", "ms", True, of_runs(rate, "mean_gap_ms", "p50"))
        add(f"{what}, mean gap p99", "ms", True, of_runs(rate, "mean_gap_ms", "p99"))
    for share in (0.99, 0.9):
        add(f"load, highest rate {100 * share:.0f} % good", "requests/s", False,
            {name: highest(runs, name, options.rates, share) for name in names
             if any((name, rate) in runs for rate in options.rates)})
    if runs:
        add(f"load, highest rate, {OURS} 99 % and rivals 90 % good", "requests/s", False,
            {name: highest(runs, name, options.rates, 0.99 if name == OURS else 0.9)
             for name in names})
    tokens = options.long_prompt
    for metric, keys in ((f"gap p99 of {options.streams} streams beside {tokens} words",
                          ("gap_during_ms", "p99")),
                         (f"gap max of {options.streams} streams beside {tokens} words",
                          ("gap_during_ms", "max"))):
        add(f"load, {metric}", "ms", True,
            {name: value[keys[0]][keys[1]] for name, value in long_prompt.items()})
    add(f"load, first token of {tokens} words beside streams", "ms", True,
        {name: value["first_token_ms"] for name, value in long_prompt.items()})
    tokens = options.warm_prefix
    add(f"load, first token, prefix of {tokens} words computed", "ms", True,
        {name: value["computed_ms"] for name, value in warm_prefix.items()})
    add(f"load, first token, prefix of {tokens} words cached", "ms", True,
        {name: value["cached_ms"] for name, value in warm_prefix.items()})
    add(f"load, prefix of {tokens} words, computed / cached", "x", False,
        {name: value["ratio"] for name, value in warm_prefix.items()})
    return found


def print_rates(names, runs, options):
    print(f"{'requests/s':12}" + "".join(
        f"{name + ': good':>20}{'first token':>18}{'mean gap':>16}{'worst gap':>16}"
        for name in names))
    for rate in options.rates:
        row = f"{rate:<12g}"
        for name in names:
            run_ = runs.get((name, rate))
            if run_ is None:
                row += f"{'failed':>20}{'-':>18}{'-':>16}{'-':>16}"
                continue
            good = f"{run_['good']} of {run_['requests']}"
            row += f"{good:>20}"
            for key, width in (("first_token_ms", 18), ("mean_gap_ms", 16), ("worst_gap_ms", 16)):
                of = run_[key]
                text = f"{of['p50']:.0f} / {of['p99']:.0f}" if of else "-"
                row += f"{text:>{width}}"
        print(row)


def shown(metric, value, options):
    """Of a highest rate: whether a higher one was tried at all."""
    if value is None:
        return "failed"
    top = "highest rate" in metric and value == max(options.rates)
    return f"{'>= ' if top else ''}{value:.4g}"


def print_table(servers, found, options):
    names = [server.name for server in servers]
    print(f"{'':52}" + "".join(f"{name:>14}" for name in names) +
          "".join(f"{'vs ' + name:>14}" for name in names[1:]))
    for metric, unit, lower, values in found:
        row = f"{metric.removeprefix('load, ') + ', ' + unit:52}"
        for name in names:
            row += f"{shown(metric, values.get(name), options):>14}"
        for name in names[1:]:
            factor = ratio(values.get(OURS), values.get(name), lower)
            row += f"{f'{factor:.2f}x' if factor else '-':>14}"
        print(row)


def write_ledger(servers, found, options):
    common = {"commit": bench_against.commit(), "date": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                                      time.gmtime()),
              "machine": machine(), "load": round(os.getloadavg()[1], 2),
              "model": options.model.name, "model_sha256": options.model_sha256,
              "threads": options.threads, "isa": "native"}
    order = "-".join(server.name for server in servers) + ", turning by one each rate"
    with open(options.ledger, "a") as ledger:
        for metric, unit, lower, values in found:
            for rival in servers[1:]:
                line = common | {"metric": metric, "unit": unit, "n": samples(metric, options),
                                 "order": order, "rival": rival.name,
                                 "rival_version": rival.version}
                if lower:
                    line["better"] = "lower"
                if OURS in values:
                    line["value"] = round(values[OURS], 4)
                if rival.name in values:
                    line["rival_value"] = round(values[rival.name], 4)
                factor = ratio(values.get(OURS), values.get(rival.name), lower)
                if factor:
                    line["ratio"] = round(factor, 3)
                line["note"] = "; ".join(filter(None, [conditions(metric, options), options.note]))
                ledger.write(json.dumps(line) + "\n")


def samples(metric, options):
    if "words" not in metric:
        return options.requests
    return options.long_repeat if "streams" in metric else options.repeat


def conditions(metric, options):
    if "words" in metric:
        return f"{options.slots} slots"
    return (f"{options.shared} shared and {options.own} own words, {options.max_tokens} tokens, "
            f"first token <= {options.first_ms:g} ms, mean gap <= {options.gap_ms:g} ms, "
            f"{options.slots} slots")


def parse(words=None):
    parser = argparse.ArgumentParser(prog="byeol load", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    whole = {"type": int}
    parser.add_argument("--against", default="llama.cpp", help="the rival: " + ", ".join(KNOWN))
    parser.add_argument("-m", "--model", default="smollm2-135m", help="a name or a GGUF file")
    parser.add_argument("-r", "--rates", default="0.5,1,2,4,8,12", help="requests a second")
    parser.add_argument("-n", "--requests", default=60, help="of each rate", **whole)
    parser.add_argument("--shared", default=450, help="words of the shared prompt", **whole)
    parser.add_argument("--own", default=18, help="words of each request's own part", **whole)
    parser.add_argument("--max-tokens", default=48, help="of each answer", **whole)
    parser.add_argument("--first-ms", default=500, type=float, help="good: first token by then")
    parser.add_argument("--gap-ms", default=120, type=float, help="good: mean gap")
    parser.add_argument("--slots", default=8, help="of the rival", **whole)
    parser.add_argument("--long-prompt", default=6300, help="words; 0: not measured", **whole)
    parser.add_argument("--streams", default=4, help="beside the long prompt", **whole)
    parser.add_argument("--stream-tokens", default=2048, help="at most, of each", **whole)
    parser.add_argument("--long-repeat", default=1, help="rounds of the long prompt", **whole)
    parser.add_argument("--warm-prefix", default=450, help="words; 0: not measured", **whole)
    parser.add_argument("--repeat", default=7, help="pairs of the warm prefix", **whole)
    parser.add_argument("-t", "--threads", default=0,
                        help="default: the cores that byeol would use", **whole)
    parser.add_argument("--seed", default=1, **whole)
    parser.add_argument("--note", default="", help="a remark for the ledger")
    parser.add_argument("--keep", type=Path, help="a folder for each run's JSON and page")
    parser.add_argument("--ledger", type=Path, default=ROOT / "bench" / "ledger.ndjson")
    parser.add_argument("--byeol", type=Path, default=ROOT / "build/release/src/cli/byeol",
                        help="our program")
    parser.add_argument("--serve", action="append", default=[], metavar="WORD",
                        help="a further word for `byeol serve` (--serve=--word), repeatable")
    options = parser.parse_args(words)
    options.against = [name for name in options.against.split(",") if name]
    unknown = sorted(set(options.against) - set(KNOWN))
    if unknown or not options.against:
        wrong = f"no server of {', '.join(unknown)}" if unknown else "--against names no rival"
        parser.error(f"{wrong}; known: {', '.join(KNOWN)}")
    try:
        options.rates = [float(rate) for rate in options.rates.split(",")]
    except ValueError:
        parser.error("--rates must be numbers, separated by commas")
    for name in ("requests", "max_tokens", "slots", "streams", "stream_tokens", "long_repeat",
                 "repeat"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    for name in ("shared", "own", "long_prompt", "warm_prefix", "threads"):
        if getattr(options, name) < 0:
            parser.error(f"--{name.replace('_', '-')} must not be negative")
    if min(options.rates) <= 0:
        parser.error("--rates must be above 0")
    if not os.access(options.byeol, os.X_OK):
        parser.error(f"--byeol {options.byeol} is no program")
    return options


def main():
    options = parse()
    options.threads = options.threads or usable_cores(options.byeol)
    options.model = find_model(options.model, options.byeol)
    options.model_sha256 = sha256(options.model)  # Also brings the whole file into the page cache.
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    servers = [Ours()] + [Llama(name) for name in options.against]
    if os.getloadavg()[0] > 0.75 * os.cpu_count():
        say(f"the machine is busy (load {os.getloadavg()[0]:.1f}): expect late answers")
    runs = measure_rates(servers, options)
    long_prompt, warm_prefix = {}, {}
    if options.long_prompt:
        long_prompt = measure_scenario(
            servers, options, "long prompt", "--long-prompt", options.long_prompt,
            "--streams", options.streams, "--stream-tokens", options.stream_tokens,
            "--repeat", options.long_repeat)
    if options.warm_prefix:
        warm_prefix = measure_scenario(servers, options, "warm prefix",
                                       "--warm-prefix", options.warm_prefix,
                                       "--repeat", options.repeat)
    box = machine()
    print(f"{options.model.name}, {options.threads} threads, {box['cpu']} "
          f"({' '.join(box['isa'])}); {options.requests} requests a rate, {options.shared} shared "
          f"and {options.own} own words, {options.max_tokens} tokens back\n"
          f"good: first token <= {options.first_ms:g} ms, mean gap <= {options.gap_ms:g} ms; "
          "times in ms, median / p99")
    found = figures(servers, runs, long_prompt, warm_prefix, options)
    print_rates([server.name for server in servers], runs, options)
    print()
    print_table(servers, [figure for figure in found if figure[0].startswith("load, ")],
                options)
    write_ledger(servers, found, options)
    if not any(OURS in values for _, _, _, values in found):
        sys.exit("load: our own server gave no figure")


if __name__ == "__main__":
    main()
