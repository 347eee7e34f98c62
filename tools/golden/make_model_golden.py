#!/usr/bin/env python3
"""Writes tests/golden/model/<model>.f32.json: what llama.cpp predicts with the F32 form of a model.

    ./byeol golden make_model_golden                 both models of the catalogue
    ./byeol golden make_model_golden smollm2-135m    one of them

The quantised file is taken from $BYEOL_MODELS_DIR or the model cache (`byeol pull` brings it),
turned into F32 by llama-quantize --allow-requantize (kept in the rivals' cache, 0.5-1.1 GB each),
and tests/text/english.txt is evaluated by llama_logits (F32 cache, no flash attention).
"""
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import rivals  # noqa: E402  (the path must be set first)

MODELS = {
    "smollm2-135m": "SmolLM2-135M-Instruct.Q4_1.gguf",
    "gemma3-270m": "gemma3-270m.gguf",
}


def model_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(os.environ.get("BYEOL_MODELS_DIR") or Path(base) / "byeol" / "models")


def find_model(name):
    for file in (MODELS[name], name + ".gguf"):
        path = model_folder() / file
        if path.exists():
            return path
    sys.exit(f"make_model_golden: {name} is not in {model_folder()}; try: ./byeol pull {name}")


def build_logits_tool(home):
    """Compiles llama_logits.cc against the rival's library where it is missing or older."""
    source = Path(__file__).with_name("llama_logits.cc")
    tool = home / "bin" / "llama_logits"
    if not tool.exists() or tool.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["g++", "-std=c++20", "-O2", f"-I{home}/include", str(source),
                        f"-L{home}/bin", "-lllama", "-lggml", "-lggml-base",
                        "-Wl,-rpath,$ORIGIN", "-o", str(tool)], check=True)
    return tool


def f32_form(home, name):
    target = rivals.cache_root() / "f32" / f"{name}.f32.gguf"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        subprocess.run([str(home / "bin" / "llama-quantize"), "--allow-requantize",
                        str(find_model(name)), str(part), "F32"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        part.rename(target)
    return target


def main():
    names = sys.argv[1:] or list(MODELS)
    if set(names) - set(MODELS):
        sys.exit(__doc__)
    home = rivals.ensure("llama.cpp")
    tool = build_logits_tool(home)
    for name in names:
        command = [str(tool), "--model", str(f32_form(home, name)),
                   "--text", str(ROOT / "tests" / "text" / "english.txt")]
        golden = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        golden["top_at"] = golden.pop("top8")
        del golden["rows"]
        header = {
            "command": f"./byeol golden make_model_golden {name}",
            "source": f"llama.cpp, sdist {rivals.RIVALS['llama.cpp']['package']} "
                      f"{rivals.RIVALS['llama.cpp']['version']}, {MODELS[name]} converted to F32",
        }
        out = ROOT / "tests" / "golden" / "model" / f"{name}.f32.json"
        out.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}"
                 for k, v in (header | golden).items()]
        out.write_text("{" + ",\n".join(lines) + "}\n")
        print(f"{out.relative_to(ROOT)}: perplexity {golden['perplexity']:.4f}")


if __name__ == "__main__":
    main()
