"""The servers that tools/load_against.py measures, each run for as long as it is measured."""
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import rivals

OURS = "byeol"
KNOWN = ["llama.cpp"]  # Rivals with a server.
START_S = 60
TOKENS_PER_WORD = 1.5  # Of the load's words, at most, in the vocabularies at hand.


def say(text):
    print(f"load: {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def slot_tokens(options):
    """Context of a slot: whatever is asked for in any of the runs."""
    def tokens(words, answer):
        return int(words * TOKENS_PER_WORD) + answer + 128
    need = max(tokens(options.shared + options.own, options.max_tokens),
               tokens(options.long_prompt, 64), tokens(64, options.stream_tokens),
               tokens(options.warm_prefix + 64, 64))
    return max(1024, -(-need // 256) * 256)


class Server:
    """Has a name and a version; command(options, port) starts it."""

    @contextlib.contextmanager
    def running(self, options):
        """The address of the server, which answers; None where it does not start."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with tempfile.TemporaryFile("w+") as log:
            words = [str(word) for word in self.command(options, port)]
            try:
                child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log,
                                         stderr=subprocess.STDOUT)
            except OSError as error:
                say(f"{self.name} does not start: {error}")
                yield None
                return
            try:
                ready = wait_until_ready(url, child)
                if not ready:
                    log.seek(0)
                    last = log.read().strip().splitlines()[-1:] or ["no message"]
                    say(f"{self.name} does not start: {last[0][:200]}")
                yield url if ready else None
            finally:
                stop(child)


def wait_until_ready(url, child):
    until = time.monotonic() + START_S
    while time.monotonic() < until and child.poll() is None:
        try:
            with urllib.request.urlopen(url + "/v1/models", timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def stop(child):
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


class Ours(Server):
    name = OURS
    version = ""

    def command(self, options, port):
        return [options.byeol, "serve", "--model", options.model, "--port", port,
                "--threads", options.threads, *options.serve]


class Program(Server):
    """`byeol serve` of a program, with options of its own; ends the caller where it is none."""
    name = "byeol serve"

    def __init__(self, program, *options):
        if not os.access(program, os.X_OK):
            sys.exit(f"{program} is no program; ./byeol help builds it")
        self.program, self.options = program, options

    def command(self, options, port):
        return [self.program, "serve", "--port", port, "--no-access-log", *self.options]


class Llama(Server):
    def __init__(self, name):
        self.name = name
        self.home = rivals.ensure(name)
        self.version = f"{rivals.RIVALS[name]['package']} {rivals.RIVALS[name]['version']}"

    def command(self, options, port):
        # A thread of its own for every connection that waits: arrivals must not queue unseen.
        return [self.home / "bin" / "llama-server", "-m", options.model, "--host", "127.0.0.1",
                "--port", port, "-np", options.slots, "-c", options.slots * slot_tokens(options),
                "-t", options.threads, "-tb", options.threads, "--threads-http", 64,
                "--cache-prompt", "--no-webui"]
