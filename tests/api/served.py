"""A server under test: `PROGRAM serve`, and requests to it as bytes, without any client library."""
import http.client
import json
import os
import pathlib
import re
import select
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.parse


class Answer:
    """What came back: status, headers (names in lower case), the bytes of the body."""

    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}

    @property
    def json(self):
        return json.loads(self.body)


class Served:
    """Starts it and waits for the line with its URL; as a context manager, ends it, too."""

    program = None  # Set by whoever runs the tests.

    def __init__(self, *options, model, port=0, patience_s=120, calibrate=False,
                 access_log=False):
        command = [str(Served.program), "serve", "--model", str(model), "--port", str(port),
                   *map(str, options)]
        command += [] if calibrate else ["--no-calibration"]
        command += [] if access_log else ["--no-access-log"]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors)
        self.url = self.read_url(patience_s)
        address = urllib.parse.urlsplit(self.url)
        self.host, self.port, self.tls = address.hostname, address.port, address.scheme == "https"

    def read_url(self, patience_s):
        line, until = b"", time.monotonic() + patience_s
        while not line.endswith(b"\n"):
            left = until - time.monotonic()
            ready = left > 0 and select.select([self.process.stdout], [], [], left)[0]
            byte = os.read(self.process.stdout.fileno(), 1) if ready else b""
            if not byte:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"no URL from serve: {line!r}, {self.stderr()}")
            line += byte
        return re.search(r"https?://[^\s/]+", line.decode())[0]

    def stderr(self):
        self.errors.seek(0)
        return self.errors.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def stop(self, patience_s=60):
        """As an operator does; the exit status."""
        self.process.terminate()
        return self.process.wait(patience_s)

    def connect(self, timeout_s=120):
        if not self.tls:
            return http.client.HTTPConnection(self.host, self.port, timeout=timeout_s)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(self.host, self.port, timeout=timeout_s,
                                           context=context)

    def begin(self, method, path, body=None, headers=(), timeout_s=120):
        """The connection, and an answer of which only the head was read."""
        connection = self.connect(timeout_s)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        given = {"content-type": "application/json"} if data is not None else {}
        connection.request(method, path, data, given | dict(headers))
        return connection, connection.getresponse()

    def send(self, method, path, body=None, headers=(), timeout_s=120):
        connection, response = self.begin(method, path, body, headers, timeout_s)
        answer = Answer(response.status, response.getheaders(), response.read())
        connection.close()
        return answer

    def metrics(self):
        return parse_metrics(self.send("GET", "/metrics").body.decode())

    def total(self, name):
        """A metric's value, summed over its labels."""
        return sum(value for (found, _), value in self.metrics().items() if found == name)

    def scheduler(self):
        return self.send("GET", "/v1/byeol/scheduler").json

    def resident_kb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


SAMPLE = re.compile(r'([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*)\})? '
                    r'(-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)')
COMMENT = re.compile(r"# (?:HELP|TYPE) [a-zA-Z_:][\w:]* .+")


def parse_metrics(text):
    """The exposition format, strictly: (name, labels) -> value."""
    values, types = {}, {}
    for line in text.splitlines():
        if line.startswith("#"):
            if not COMMENT.fullmatch(line):
                raise ValueError(f"neither HELP nor TYPE: {line!r}")
            word, name, rest = line[2:].split(" ", 2)
            if word == "TYPE":
                if name in types or rest not in ("counter", "gauge", "histogram", "summary"):
                    raise ValueError(f"a second or unknown type: {line!r}")
                types[name] = rest
            continue
        sample = SAMPLE.fullmatch(line)
        if not sample:
            raise ValueError(f"not a sample: {line!r}")
        name, labels, value = sample.groups()
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        if name not in types and types.get(family) != "histogram":
            raise ValueError(f"a sample without a type: {line!r}")
        values[name, labels or ""] = float(value)
    return values


def wait_until(condition, seconds=10, pause_s=0.02):
    """Whether it came true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(pause_s)
    return True
