#!/usr/bin/env python3
"""Whether a refusal tells the right time: `retry-after-ms` against when the request is let in.

    tools/retry_after.py [--trials 12] [--byeol PROGRAM]

Each trial gives `byeol serve` streams of random lengths, all with a promised pace, until one more
is refused. That one is sent again and again, so that the time at which it could have come is known
within a twentieth of what was told. Prints each trial, and how many were told right within 20 %.
"""
import argparse
import http.client
import json
import os
import random
import statistics
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import load_servers

ROOT = Path(__file__).resolve().parent.parent
STREAMS_MAX = 200
GAP_FACTOR = 3  # Of a lone stream's gap: so many tokens' time is what streams are promised.
PROBES = 20     # In the time that was told.
RIGHT_WITHIN = 0.2


class Served(load_servers.Server):
    name = "byeol serve"

    def __init__(self, program):
        self.program = program

    def command(self, options, port):
        return [self.program, "serve", "--port", port, "--no-access-log", "--no-speculation"]


class Client:
    def __init__(self, url):
        self.host = urlsplit(url).netloc

    def ask(self, tokens, gap_ms):
        """The answer's head, and its connection, which the caller reads or closes."""
        body = {"messages": [{"role": "user", "content": f"Tell me story {random.random()}."}],
                "max_completion_tokens": tokens, "ignore_eos": True, "stream": True,
                "stream_options": {"include_usage": True}, "deadline": {"gap_ms": gap_ms}}
        connection = http.client.HTTPConnection(self.host, timeout=120)
        connection.request("POST", "/v1/chat/completions", json.dumps(body),
                           {"content-type": "application/json"})
        return connection.getresponse(), connection

    def lone_gap_ms(self):
        gaps = []
        for _ in range(3):
            begin = time.monotonic()
            response, connection = self.ask(60, 10_000)
            response.read()
            connection.close()
            gaps.append((time.monotonic() - begin) * 1e3 / 60)
        return min(gaps)


def read_all(response, connection):
    response.read()
    connection.close()


def trial(client, gap_ms):
    """Milliseconds that were told and that were needed."""
    readers = []
    for _ in range(STREAMS_MAX):
        tokens = random.randrange(100, 400)
        response, connection = client.ask(tokens, gap_ms)
        if response.status == 429:
            break
        reader = threading.Thread(target=read_all, args=(response, connection))
        reader.start()
        readers.append(reader)
    else:
        sys.exit(f"retry_after: {STREAMS_MAX} streams were let in, none refused")
    refused = time.monotonic()
    if "retry-after-ms" not in response.headers:
        sys.exit(f"retry_after: refused for good: {response.read().decode()}")
    told_ms = int(response.headers["retry-after-ms"])
    read_all(response, connection)
    while response.status == 429:
        time.sleep(told_ms / 1e3 / PROBES)
        response, connection = client.ask(tokens, gap_ms)
        needed_ms = (time.monotonic() - refused) * 1e3
        connection.close()
    for reader in readers:
        reader.join()
    return told_ms, needed_ms, len(readers)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--byeol", default=str(ROOT / "build/release/src/cli/byeol"))
    options = parser.parse_args()
    if not os.access(options.byeol, os.X_OK):
        sys.exit(f"retry_after: {options.byeol} is no program; ./byeol help builds it")
    random.seed(1)
    with Served(options.byeol).running(options) as url:
        if url is None:
            sys.exit("retry_after: the server does not start")
        client = Client(url)
        gap_ms = GAP_FACTOR * client.lone_gap_ms()
        errors = []
        for _ in range(options.trials):
            told_ms, needed_ms, streams = trial(client, gap_ms)
            errors.append(told_ms / needed_ms - 1)
            print(f"{streams} streams: told {told_ms} ms, needed {needed_ms:.0f} ms, "
                  f"{100 * errors[-1]:+.0f} %", flush=True)
        right = sum(abs(error) <= RIGHT_WITHIN for error in errors)
        print(f"right within {100 * RIGHT_WITHIN:.0f} %: {right} of {len(errors)}; "
              f"median {100 * statistics.median(errors):+.0f} %")


main()
