"""A program under a pseudo terminal: type, wait for what it shows, look at the terminal's mode."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

PATIENCE_S = 180  # Tests wait for output, not for time; a busy machine may take long.
PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"


class Terminal:
    def __init__(self, command, environment, columns=80, rows=24):
        self.master, slave = pty.openpty()
        self.slave = slave  # Kept open: the mode can be read after the program's end.
        self.resize(columns, rows, None)
        self.mode_before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.output = ""
        self.seen = 0  # What expect() has passed.
        self.rest = b""

    def resize(self, columns, rows, process):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if process:
            process.send_signal(signal.SIGWINCH)

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        data = self.rest + os.read(self.master, 65536)
        text = data.decode(errors="ignore")
        self.rest = b""
        for tail in (1, 2, 3):  # A character that is cut comes whole with the next read.
            if len(data) >= tail and data[-tail] >= 0xc0:
                self.rest = data[-tail:]
                text = data[:-tail].decode(errors="replace")
        self.output += text
        return True

    def expect(self, pattern):
        """Waits for the regular expression in what came since the last expect(); its match."""
        end = time.monotonic() + PATIENCE_S
        while True:
            if match := re.search(pattern, self.output[self.seen:]):
                self.seen += match.end()
                return match
            if time.monotonic() > end or self.process.poll() is not None and not self.read(0.1):
                raise AssertionError(f"no /{pattern}/ in {self.output[self.seen:]!r} "
                                     f"(before it: {self.output[:self.seen][-2000:]!r})")
            self.read(0.1)

    def since(self, mark):
        return self.output[mark:]

    def wait_for_prompt(self):
        """The program asks for a paste to be marked when it begins to read, and only then."""
        self.expect("\x1b\\[\\?2004h")
        self.expect("> ")

    def wait_for_end(self):
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"still runs: {self.output[-2000:]!r}")
            self.read(0.1)
        while self.read(0.1):
            pass
        return self.process.returncode

    def mode(self):
        return termios.tcgetattr(self.slave)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)
