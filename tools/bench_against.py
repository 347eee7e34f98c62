#!/usr/bin/env python3
"""Measures Byeol and its rivals on the same file, interleaved: ./byeol bench --against llama.cpp,ik

    ./byeol bench --against llama.cpp,ik                       the default model, 5 rounds
    ./byeol bench --against llama.cpp --model gemma3-270m --repeat 9
    ./byeol bench --against llama.cpp --sequences 8            decoding 8 sequences at once, too
    ./byeol bench --against llama.cpp,ik --isa avx2            everyone without AVX-512
    ./byeol bench --against llama.cpp,openvino --footprint     start and memory, too

Rivals are built once from their source archives into the cache (tools/rivals.py); openvino comes as
wheels. In each round every contestant runs once, and the order turns by one place each round, so
that a slow minute of the machine hits everyone. Each run is a process of its own with one
unmeasured warm-up. Printed: medians, spreads (half the distance between the quartiles, as a share
of the median) and the ratio in our favour: ours / theirs of tokens/s, theirs / ours of seconds and
MiB. Prefill: --prompt tokens from an empty cache. Decode: --generate tokens after an empty prompt.
With --sequences N the rival is llama-batched-bench; ik's aborts, and the table says so.
With --footprint: start, the seconds of a process that ends with its first token (no warm-up, the
file in the page cache), and memory, the peak resident MiB of one that decodes 16 tokens.
With --isa avx2 only openvino's oneDNN is capped (ONEDNN_MAX_CPU_ISA), and computes in f32, as where
AVX2 is all there is; what asks the CPU itself, such as its attention, keeps AVX-512.
Every figure becomes a line of bench/ledger.ndjson.
"""
import argparse
import collections
import datetime
import hashlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rivals

ROOT = Path(__file__).resolve().parents[1]
OURS = "byeol"
ISA_NAMES = ["avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8",
             "asimddp", "i8mm", "bf16", "sve"]
SEQUENCE_PROMPT = 128  # tokens of each sequence before the measured decoding of several at once
FOOTPRINT = {"start": "s", "memory": "MiB"}  # The metrics of which less is better, in these units.
MEMORY_TOKENS = 16
MIB = 1 << 20


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def first_match(pattern, text, otherwise):
    found = re.search(pattern, text, re.M)
    return found.group(1).strip() if found else otherwise


def machine():
    try:
        info = Path("/proc/cpuinfo").read_text()
    except OSError:
        info = ""
    flags = first_match(r"^(?:flags|Features)\s*:\s*(.*)$", info, "").split()
    numbers = [first_match(rf"^{name}\s*:\s*(.*)$", info, "?")
               for name in ("cpu family", "model", "stepping")]
    return {"cpu": first_match(r"^model name\s*:\s*(.*)$", info, platform.machine()),
            "family": "/".join(numbers), "isa": [name for name in ISA_NAMES if name in flags],
            "cores": len(os.sched_getaffinity(0))}


def usable_cores(program):
    return json.loads(run([program, "inspect", "cpu", "--json"]))["usable_cores"]


def find_model(name, program):
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(os.environ.get("BYEOL_MODELS_DIR") or Path(base) / "byeol" / "models")
    places = (Path(name), folder / name, folder / (name + ".gguf"))
    if not any(path.is_file() for path in places):
        subprocess.run([program, "pull", name], stdout=sys.stderr)
    for path in places:
        if path.is_file():
            return path.resolve()
    sys.exit(f"bench: no model {name}")


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
    return digest.hexdigest()


def execute(command, environment=None):
    """Standard output, seconds and peak resident MiB of a command, or None where it failed."""
    words = [str(word) for word in command]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as complaints:
        start = time.perf_counter()
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=complaints,
                                 env=environment)
        # Of this child alone, unlike getrusage(). The peak is never below this Python's own, some
        # 20 MiB, since a child begins as its copy.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        complaints.seek(0)
        text = out.read()
        if child.returncode:
            last = (complaints.read() or text).strip().splitlines()[-1:] or ["no message"]
            say(f"{Path(words[0]).name} failed ({child.returncode}): {last[0][:200]}")
            return None
    return text, seconds, usage.ru_maxrss * 1024 / MIB  # Linux counts KiB.


def run(command, environment=None):
    """Standard output of a command, or None where it failed."""
    done = execute(command, environment)
    return done and done[0]


class Contestant:
    """Has a name; commands for `start` and `memory`; and speed(), tokens/s or None."""
    environment = None  # Ours, as it is.

    def measure(self, options, metric):
        if metric not in FOOTPRINT:
            return self.speed(options, metric)
        done = execute(getattr(self, metric)(options), self.environment)
        return done and done[1 if metric == "start" else 2]


class Ours(Contestant):
    name = OURS

    def __init__(self, options):
        self.program = options.program
        self.environment = dict(os.environ)
        if options.isa != "native":
            self.environment["BYEOL_ISA"] = options.isa

    def bench(self, options, prompt, generate, sequences=1):
        return [self.program, "bench", "--model", options.model, "--prompt", prompt,
                "--generate", generate, "--sequences", sequences, "--repeat", 1,
                "--threads", options.threads, "--json"]

    def start(self, options):
        return [self.program, "run", "--model", options.model, "--threads", options.threads,
                "--max-tokens", 1, "--temperature", 0, "--raw", "Hello"]

    def memory(self, options):
        return self.bench(options, 1, MEMORY_TOKENS)

    def speed(self, options, metric):
        prefill = metric.startswith("prefill")
        if prefill:
            command = self.bench(options, options.prompt, 1)
        elif metric.startswith("decode x"):
            command = self.bench(options, SEQUENCE_PROMPT, options.generate, options.sequences)
        else:
            command = self.bench(options, 1, options.generate)
        text = run(command, self.environment)
        key = "prefill_tokens_per_s" if prefill else "decode_tokens_per_s"
        return json.loads(text).get(key) if text else None


class Rival(Contestant):
    def __init__(self, name, options):
        self.name = name
        self.home = rivals.ensure(name, options.isa)
        self.version = f"{rivals.RIVALS[name]['package']} {rivals.RIVALS[name]['version']}"


class Llama(Rival):
    """llama.cpp, or ik, which forked it."""

    def bench(self, options, prompt, generate, *words):
        return [self.home / "bin" / "llama-bench", "-m", options.model, "-t", options.threads,
                "-p", prompt, "-n", generate, "-r", 1, "-o", "json", *words]

    def start(self, options):
        cold = ["--no-warmup"] if self.name == "llama.cpp" else ["--warmup", 0]
        return self.bench(options, 1, 0, *cold)

    def memory(self, options):
        return self.bench(options, 0, MEMORY_TOKENS)

    def speed(self, options, metric):
        if metric.startswith("decode x"):
            return self.batched(options)
        prefill = metric.startswith("prefill")
        text = run(self.bench(options, options.prompt if prefill else 0,
                              0 if prefill else options.generate))
        if not text:
            return None
        return json.loads(text[text.index("["):])[0]["avg_ts"]

    def batched(self, options):
        # ik's older program prints a table only, and aborts in attention: it has no JSON to read.
        if self.name != "llama.cpp":
            return None
        cells = (SEQUENCE_PROMPT + options.generate) * options.sequences
        text = run([self.home / "bin" / "llama-batched-bench", "-m", options.model,
                    "-c", cells, "-t", options.threads, "-npp", SEQUENCE_PROMPT,
                    "-ntg", options.generate, "-npl", options.sequences,
                    "--output-format", "jsonl"])
        lines = [line for line in (text or "").splitlines() if line.startswith("{")]
        return json.loads(lines[-1])["speed_tg"] if lines else None


class OpenVino(Rival):
    """OpenVINO GenAI: its wheels, in a process of this Python."""

    def __init__(self, name, options):
        super().__init__(name, options)
        self.environment = os.environ | {"PYTHONPATH": str(self.home / "site")}

    def bench(self, options, prompt, generate, *words):
        return [sys.executable, ROOT / "tools" / "openvino_rival.py", options.model,
                "--threads", options.threads, "--isa", options.isa,
                "--prompt", prompt, "--generate", generate, *words]

    def start(self, options):
        return self.bench(options, 1, 0, "--no-warmup")

    def memory(self, options):
        return self.bench(options, 1, MEMORY_TOKENS)

    def speed(self, options, metric):
        if metric.startswith("prefill"):
            command = self.bench(options, options.prompt, 0)
        elif metric.startswith("decode x"):
            command = self.bench(options, SEQUENCE_PROMPT, options.generate,
                                 "--sequences", options.sequences)
        else:
            command = self.bench(options, 1, options.generate)
        text = run(command, self.environment)
        return json.loads(text)["tokens_per_s"] if text else None


def make_rival(name, options):
    return (OpenVino if name == "openvino" else Llama)(name, options)


def measure_all(contestants, metrics, options):
    values = collections.defaultdict(list)
    failed = set()
    for turn in range(options.repeat):
        for metric in metrics:
            shift = turn % len(contestants)
            for contestant in contestants[shift:] + contestants[:shift]:
                key = (contestant.name, metric)
                if key in failed:
                    continue
                value = contestant.measure(options, metric)
                if value is None:
                    failed.add(key)
                else:
                    values[key].append(value)
        say(f"round {turn + 1} of {options.repeat}")
    return values


def spread(values):
    """Half the interquartile distance, as a share of the median."""
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / 2 / statistics.median(values)


def unit(metric):
    return FOOTPRINT.get(metric, "tokens/s")


def ratio(values, metric, rival):
    """Above 1 where we are better, or None where a figure is missing."""
    ours, theirs = values[OURS, metric], values[rival, metric]
    if not ours or not theirs:
        return None
    quotient = statistics.median(ours) / statistics.median(theirs)
    return 1 / quotient if metric in FOOTPRINT else quotient


def cell(samples, metric):
    if not samples:
        return "failed"
    digits = 3 if unit(metric) == "s" else 1
    return f"{statistics.median(samples):.{digits}f} (±{100 * spread(samples):.0f} %)"


def print_table(contestants, metrics, values):
    names = [contestant.name for contestant in contestants]
    print(f"{'median (spread)':28}" + "".join(f"{name:>22}" for name in names) +
          "".join(f"{'vs ' + name:>14}" for name in names[1:]))
    for metric in metrics:
        row = f"{metric + ', ' + unit(metric):28}"
        for name in names:
            row += f"{cell(values[name, metric], metric):>22}"
        for name in names[1:]:
            factor = ratio(values, metric, name)
            row += f"{f'{factor:.2f}x' if factor else '-':>14}"
        print(row)


def print_memory_bar(values, model):
    """What we allow ourselves, whatever others take."""
    size = model.stat().st_size / MIB
    bar = size * 1.05 + 32
    ours = values[OURS, "memory"]
    verdict = "failed" if not ours else "met" if statistics.median(ours) <= bar else "missed"
    print(f"our bar for memory: {size:.1f} MiB of file x 1.05 + 32 = {bar:.1f} MiB: {verdict}")


def commit():
    def git(*words):
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True,
                              text=True).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+changes" if changed else "")


def write_ledger(contestants, metrics, values, options):
    common = {"commit": commit(),
              "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
              "machine": machine(), "load": round(os.getloadavg()[1], 2),
              "model": options.model.name, "model_sha256": options.model_sha256,
              "threads": options.threads, "isa": options.isa}
    order = "-".join(contestant.name for contestant in contestants) + ", turning by one each round"
    with open(options.ledger, "a") as ledger:
        for metric in metrics:
            ours = values[OURS, metric]
            for rival in contestants[1:]:
                theirs = values[rival.name, metric]
                if not ours and not theirs:
                    continue
                line = common | {"metric": metric, "unit": unit(metric), "n": len(ours or theirs),
                                 "order": order, "rival": rival.name,
                                 "rival_version": rival.version}
                digits = 4 if unit(metric) == "s" else 2
                if metric in FOOTPRINT:
                    line["better"] = "lower"
                if ours:
                    line |= {"value": round(statistics.median(ours), digits),
                             "spread": round(spread(ours), 4)}
                if theirs:
                    line |= {"rival_value": round(statistics.median(theirs), digits),
                             "rival_spread": round(spread(theirs), 4)}
                if ours and theirs:
                    line["ratio"] = round(ratio(values, metric, rival.name), 3)
                if options.note:
                    line["note"] = options.note
                ledger.write(json.dumps(line) + "\n")


def parse():
    parser = argparse.ArgumentParser(prog="byeol bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", default="llama.cpp,ik",
                        help="rivals, separated by commas: " + ", ".join(rivals.RIVALS))
    parser.add_argument("-m", "--model", default="smollm2-135m", help="a name or a GGUF file")
    parser.add_argument("-p", "--prompt", type=int, default=512, help="tokens of the prefill test")
    parser.add_argument("-n", "--generate", type=int, default=128, help="tokens of the decode test")
    parser.add_argument("--sequences", type=int, default=1,
                        help="also decode so many sequences at once")
    parser.add_argument("--footprint", action="store_true",
                        help="also the start, in seconds, and the peak memory, in MiB")
    parser.add_argument("-r", "--repeat", type=int, default=5, help="rounds")
    parser.add_argument("-t", "--threads", type=int, default=0,
                        help="default: the cores that byeol would use")
    parser.add_argument("--isa", choices=sorted(rivals.ISA_FLAGS), default="native")
    parser.add_argument("--note", default="", help="a remark for the ledger")
    parser.add_argument("--ledger", type=Path, default=ROOT / "bench" / "ledger.ndjson")
    parser.add_argument("--program", type=Path, help="our program, where it is not ./byeol")
    options = parser.parse_args()
    options.against = [name for name in options.against.split(",") if name]
    unknown = sorted(set(options.against) - set(rivals.RIVALS))
    if unknown or not options.against:
        wrong = f"unknown rival {', '.join(unknown)}" if unknown else "--against names no rival"
        parser.error(f"{wrong}; known: {', '.join(rivals.RIVALS)}")
    for name in ("prompt", "generate", "sequences", "repeat"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be at least 1")
    if options.isa == "native" and os.environ.get("BYEOL_ISA"):
        parser.error("BYEOL_ISA would slow Byeol alone; use --isa, which holds for everyone")
    options.program = options.program or ROOT / "byeol"
    if not os.access(options.program, os.X_OK):
        parser.error(f"--program {options.program} is no program")
    options.threads = options.threads if options.threads > 0 else usable_cores(options.program)
    options.model = find_model(options.model, options.program)
    options.model_sha256 = sha256(options.model)  # Also brings the whole file into the page cache.
    return options


def main():
    options = parse()
    contestants = [Ours(options)] + [make_rival(name, options) for name in options.against]
    metrics = [f"prefill {options.prompt}", f"decode {options.generate}"]
    if options.sequences > 1:
        metrics.append(f"decode x{options.sequences} {options.generate}")
    if options.footprint:
        metrics += FOOTPRINT
    if os.getloadavg()[0] > 0.75 * os.cpu_count():
        say(f"the machine is busy (load {os.getloadavg()[0]:.1f}): expect wide spreads")
    values = measure_all(contestants, metrics, options)
    box = machine()
    print(f"{options.model.name}, {options.threads} threads, {box['cpu']} "
          f"({' '.join(box['isa'])}), {options.repeat} rounds, isa {options.isa}")
    print_table(contestants, metrics, values)
    if options.footprint:
        print_memory_bar(values, options.model)
    write_ledger(contestants, metrics, values, options)
    if not any(values[OURS, metric] for metric in metrics):
        sys.exit("bench: our own program gave no figure")


if __name__ == "__main__":
    main()
