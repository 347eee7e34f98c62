#!/usr/bin/env python3
"""Whether a refusal tells the right time: `retry-after-ms` against when the request is let in.

    tools/retry_after.py [--trials 12] [--byeol PROGRAM]

Each trial gives `byeol serve` prompts of random lengths, all with a promised time of the first
token, until one more is refused. That one is sent again and again, so that the time at which it
could have come is known within a twentieth of what was told. Prints each trial, and how many were
told right within 20 %.
"""
import argparse
import http.client
import json
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
FACTOR = 3  # Of what the longest prompt takes alone: that is what is promised.
WORDS_MAX = 900
PROBES = 20     # In the time that was told.
RIGHT_WITHIN = 0.2


class Client:
    def __init__(self, url):
        self.host = urlsplit(url).netloc

    def ask(self, words, first_ms):
        """The answer's head, and its connection, which the caller reads or closes."""
        text = " ".join(str(random.randrange(10)) for _ in range(words))
        body = {"messages": [{"role": "user", "content": text}], "max_completion_tokens": 8,
                "stream": True, "deadline": {"first_ms": first_ms}}
        connection = http.client.HTTPConnection(self.host, timeout=120)
        connection.request("POST", "/v1/chat/completions", json.dumps(body),
                           {"content-type": "application/json"})
        return connection.getresponse(), connection

    def lone_ms(self):
        """Of the longest prompt, alone."""
        times = []
        for _ in range(3):
            begin = time.monotonic()
            response, connection = self.ask(WORDS_MAX, 60_000)
            response.read()
            connection.close()
            times.append((time.monotonic() - begin) * 1e3)
        return min(times)


def read_all(response, connection):
    response.read()
    connection.close()


def trial(client, first_ms):
    """Milliseconds that were told and that were needed."""
    readers = []
    for _ in range(STREAMS_MAX):
        words = random.randrange(300, WORDS_MAX)
        response, connection = client.ask(words, first_ms)
        if response.status == 429:
            break
        reader = threading.Thread(target=read_all, args=(response, connection))
        reader.start()
        readers.append(reader)
    else:
        sys.exit(f"retry_after: {STREAMS_MAX} prompts were let in, none refused")
    refused = time.monotonic()
    if "retry-after-ms" not in response.headers:
        sys.exit(f"retry_after: refused for good: {response.read().decode()}")
    told_ms = int(response.headers["retry-after-ms"])
    read_all(response, connection)
    while response.status == 429:
        time.sleep(told_ms / 1e3 / PROBES)
        response, connection = client.ask(words, first_ms)
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
    random.seed(1)
    with load_servers.Program(options.byeol, "--no-speculation").running(options) as url:
        if url is None:
            sys.exit("retry_after: the server does not start")
        client = Client(url)
        first_ms = FACTOR * client.lone_ms()
        errors = []
        for _ in range(options.trials):
            told_ms, needed_ms, streams = trial(client, first_ms)
            errors.append(told_ms / needed_ms - 1)
            print(f"{streams} prompts: told {told_ms} ms, needed {needed_ms:.0f} ms, "
                  f"{100 * errors[-1]:+.0f} %", flush=True)
        right = sum(abs(error) <= RIGHT_WITHIN for error in errors)
        print(f"right within {100 * RIGHT_WITHIN:.0f} %: {right} of {len(errors)}; "
              f"median {100 * statistics.median(errors):+.0f} %")


main()
