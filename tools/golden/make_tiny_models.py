#!/usr/bin/env python3
"""Writes tests/golden/model/tiny-*.gguf and .json: random models with the logits of transformers.

    ./byeol golden make_tiny_models            all of them
    ./byeol golden make_tiny_models qwen3      those whose name contains the word

Each model is a few layers of one architecture with shapes chosen to be awkward: widths that are no
multiple of 256, a vocabulary that is odd, one KV head, head sizes unlike n_embd / n_head, a window
shorter than the prompt. The weights are rounded to the file's type first, and Hugging Face
transformers computes in float32 with the rounded weights: what differs is then the reader's doing.
The file is laid out as the usual converters do it: llama's Q and K rows interleaved for the NORM
kind of RoPE, gemma's norm weights stored as 1 + w, Llama 3's RoPE scaling as a rope_freqs tensor.
"""
# requires: torch==2.15.0 transformers==5.23.0 gguf==0.19.0
import argparse
import json
import math
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from gguf import GGMLQuantizationType as Type
from transformers import AutoModelForCausalLM

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tests" / "golden" / "model"
FILE_TYPES = {Type.F32: 0, Type.F16: 1, Type.Q8_0: 7, Type.BF16: 32}
TOP = 5

LLAMA3_SCALING = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0,
                  "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                  "original_max_position_embeddings": 32}

# name -> architecture, file type, tokenizer, prompt length and the configuration of transformers.
# Some epsilons are far larger than any real one, so that forgetting them shows.
MODELS = {
    "smollm2": dict(arch="llama", type=Type.F16, pre="smollm", tokens=61, config=dict(
        model_type="llama", vocab_size=283, hidden_size=96, intermediate_size=160,
        num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2, rms_norm_eps=0.05,
        rope_parameters={"rope_type": "default", "rope_theta": 100000.0},
        tie_word_embeddings=True)),
    "llama3": dict(arch="llama", type=Type.BF16, pre="llama-bpe", tokens=70, config=dict(
        model_type="llama", vocab_size=291, hidden_size=160, intermediate_size=224,
        num_hidden_layers=2, num_attention_heads=5, num_key_value_heads=1, head_dim=32,
        rms_norm_eps=1e-5, rope_parameters=LLAMA3_SCALING, tie_word_embeddings=True)),
    "mistral": dict(arch="llama", type=Type.F32, pre=None, tokens=48, config=dict(
        model_type="mistral", vocab_size=277, hidden_size=96, intermediate_size=192,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=48,
        sliding_window=None, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
        tie_word_embeddings=False)),
    "gemma3": dict(arch="gemma3", type=Type.F16, pre=None, tokens=67, config=dict(
        model_type="gemma3_text", vocab_size=301, hidden_size=96, intermediate_size=160,
        num_hidden_layers=7, num_attention_heads=4, num_key_value_heads=1, head_dim=32,
        query_pre_attn_scalar=32, sliding_window=16, rms_norm_eps=0.03, tie_word_embeddings=True)),
    "gemma3-linear8": dict(arch="gemma3", type=Type.F32, pre=None, tokens=64, config=dict(
        model_type="gemma3_text", vocab_size=280, hidden_size=64, intermediate_size=96,
        num_hidden_layers=6, num_attention_heads=2, num_key_value_heads=2, head_dim=48,
        query_pre_attn_scalar=48, sliding_window=16, rms_norm_eps=0.01,
        final_logit_softcapping=12.0, tie_word_embeddings=True,
        rope_parameters={
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}})),
    "qwen2": dict(arch="qwen2", type=Type.F16, pre="qwen2", tokens=53, config=dict(
        model_type="qwen2", vocab_size=287, hidden_size=128, intermediate_size=96,
        num_hidden_layers=2, num_attention_heads=8, num_key_value_heads=4, rms_norm_eps=0.04,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
        tie_word_embeddings=False)),
    "qwen2-tied-q8_0": dict(arch="qwen2", type=Type.Q8_0, pre="qwen2", tokens=50, config=dict(
        model_type="qwen2", vocab_size=299, hidden_size=224, intermediate_size=288,
        num_hidden_layers=2, num_attention_heads=7, num_key_value_heads=1, rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
        tie_word_embeddings=True)),
    "qwen3": dict(arch="qwen3", type=Type.BF16, pre="qwen2", tokens=58, config=dict(
        model_type="qwen3", vocab_size=293, hidden_size=96, intermediate_size=160,
        num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=64,
        rms_norm_eps=0.02, rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
        tie_word_embeddings=False)),
}

LAYER_NAMES = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
GEMMA_NAMES = LAYER_NAMES | {"post_attention_layernorm": "post_attention_norm",
                             "pre_feedforward_layernorm": "ffn_norm",
                             "post_feedforward_layernorm": "post_ffw_norm"}
GLOBAL_NAMES = {"model.embed_tokens.weight": "token_embd.weight",
                "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}


def gguf_name(name, arch):
    if name in GLOBAL_NAMES:
        return GLOBAL_NAMES[name]
    _, _, layer, rest = name.split(".", 3)
    part, kind = rest.rsplit(".", 1)
    return f"blk.{layer}.{(GEMMA_NAMES if arch == 'gemma3' else LAYER_NAMES)[part]}.{kind}"


def fill(model, arch, seed):
    """Random weights with lively logits: the library's own start values are nearly flat."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if weight.dim() == 2:
                gain = (1.0 if arch == "gemma3" else 2.0) if "embed_tokens" in name else 1.3
                gain /= math.sqrt(weight.shape[1])
                if arch != "gemma3" and ("q_proj" in name or "k_proj" in name):
                    gain *= 1.5
                weight.copy_(noise * gain)
            elif name.endswith("bias"):
                weight.copy_(noise * 0.4)
            else:
                weight.copy_(noise * 0.25 + (0.0 if arch == "gemma3" else 1.0))


def round_weights(model, kind):
    """Rounds each matrix to the file's type in place; returns the encoded bytes by name."""
    encoded = {}
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() != 2:
                continue
            encoded[name] = gguf.quants.quantize(weight.numpy().astype(np.float32), kind)
            rounded = gguf.quants.dequantize(encoded[name], kind).reshape(weight.shape)
            weight.copy_(torch.from_numpy(np.ascontiguousarray(rounded, dtype=np.float32)))
    return encoded


def interleave(rows, heads):
    """Reorders a head's rows from (first half, second half) to pairs, for the NORM kind of RoPE."""
    shape = rows.shape
    return (rows.reshape(heads, 2, shape[0] // heads // 2, *shape[1:])
            .swapaxes(1, 2).reshape(shape))


def llama3_divisors(config):
    rope = config["rope_parameters"]
    size = config["head_dim"]
    divisors = []
    for i in range(0, size, 2):
        wavelength = 2 * math.pi * rope["rope_theta"] ** (i / size)
        ratio = rope["original_max_position_embeddings"] / wavelength
        low, high, factor = rope["low_freq_factor"], rope["high_freq_factor"], rope["factor"]
        smooth = min(1.0, max(0.0, (ratio - low) / (high - low)))
        divisors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(divisors, dtype=np.float32)


def byte_symbols():
    """The printable stand-ins of byte-level BPE, in byte order."""
    kept = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    extra = iter(range(0x100, 0x200))
    return [chr(b) if b in kept else chr(next(extra)) for b in range(256)]


def write_bpe(writer, size, pre):
    symbols = byte_symbols()
    space = symbols[32]
    merges = ["t h", "i n", "e r", "a n", "o n", "r e", f"{space} t", f"{space} a", "th e",
              f"{space}t he", "in g", f"{space}a n"]
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    words = symbols + [m.replace(" ", "") for m in merges]
    unused = [f"<|unused_{i}|>" for i in range(size - len(words) - len(specials))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(words + specials + unused)
    writer.add_token_types([1] * len(words) + [3] * len(specials) + [5] * len(unused))
    writer.add_token_merges(merges)
    writer.add_bos_token_id(len(words))
    writer.add_eos_token_id(len(words) + 2)
    writer.add_add_bos_token(pre == "llama-bpe")


def write_spm(writer, size, gemma):
    specials = ["<pad>", "<eos>", "<bos>", "<unk>"] if gemma else ["<unk>", "<s>", "</s>"]
    types = [3, 3, 3, 2] if gemma else [2, 3, 3]
    raw = [f"<0x{b:02X}>" for b in range(256)]
    letters = ["\u2581", "t", "h", "e", "a", "n", "i", "o", "s", "r", "th", "the", "\u2581the",
               "\u2581a", "in", "an", "on", "re", "er", "nd", "and", "\u2581and", "\u2581t",
               "\u2581i", "\u2581o", "\u2581s", "is", "it", "at", "es", "en", "ti", "te", "st",
               "or", "ar", "ha", "\u2581in", "\u2581is", "\u2581at", "\u2581on"]
    pieces = letters[:size - len(specials) - len(raw)]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(specials + raw + pieces)
    writer.add_token_scores([0.0] * (len(specials) + len(raw)) + [-float(i) for i in
                                                                  range(len(pieces))])
    writer.add_token_types(types + [6] * len(raw) + [1] * len(pieces))
    writer.add_bos_token_id(2 if gemma else 1)
    writer.add_eos_token_id(1 if gemma else 2)
    writer.add_unk_token_id(3 if gemma else 0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(not gemma)


def write_metadata(writer, name, spec):
    config = spec["config"]
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_name(f"tiny {name} (random weights)")
    writer.add_license("apache-2.0")
    writer.add_file_type(FILE_TYPES[spec["type"]])
    writer.add_quantization_version(2)
    writer.add_context_length(256)
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    if "head_dim" in config:
        writer.add_key_length(size)
        writer.add_value_length(size)
    rope = config.get("rope_parameters", {})
    if spec["arch"] == "gemma3":
        rope = rope.get("full_attention", {"rope_type": "default", "rope_theta": 1000000.0})
        writer.add_sliding_window(config["sliding_window"])
        if "final_logit_softcapping" in config:
            writer.add_final_logit_softcapping(config["final_logit_softcapping"])
    else:
        writer.add_vocab_size(config["vocab_size"])
    if spec["arch"] == "llama":
        writer.add_rope_dimension_count(size)
    writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if spec["pre"]:
        write_bpe(writer, config["vocab_size"], spec["pre"])
    else:
        write_spm(writer, config["vocab_size"], spec["arch"] == "gemma3")


def write_tensors(writer, model, spec, encoded):
    config, arch = spec["config"], spec["arch"]
    if config.get("rope_parameters", {}).get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_divisors(config))
    for name, weight in model.named_parameters():
        data = encoded.get(name, weight.detach().numpy().astype(np.float32))
        if arch == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
            data = interleave(data, config["num_attention_heads" if "q_proj" in name
                                           else "num_key_value_heads"])
        if arch == "gemma3" and name.endswith("norm.weight"):
            data = data + np.float32(1.0)
        kind = spec["type"] if name in encoded else Type.F32
        writer.add_tensor(gguf_name(name, arch), np.ascontiguousarray(data),
                          raw_dtype=kind if kind not in (Type.F32, Type.F16) else None)


def write_golden(path, name, model, tokens):
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0].double().numpy()
    full = sorted({0, 1, 15, 16, 17, 33, len(tokens) - 1})
    order = np.argsort(-logits, axis=1, kind="stable")[:, :TOP]
    golden = {
        "command": f"./byeol golden make_tiny_models {name}",
        "source": f"transformers {transformers.__version__}, torch {torch.__version__}, float32",
        "model": f"tiny-{name}.gguf",
        "tokens": tokens,
        "rows": [{"position": p, "logits": [float(f"{x:.6g}") for x in logits[p]]} for p in full],
        "top5": [{"position": p, "ids": order[p].tolist(),
                  "logits": [float(f"{logits[p][i]:.6g}") for i in order[p]]}
                 for p in range(len(tokens))],
    }
    lines = [f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in golden.items()]
    path.write_text("{" + ",\n".join(lines) + "}\n")


def build(spec, seed):
    """The model, its weights rounded to the file's type, and their encoded bytes by name."""
    config = dict(spec["config"])
    settings = transformers.AutoConfig.for_model(config.pop("model_type"), **config,
                                                 max_position_embeddings=256)
    model = AutoModelForCausalLM.from_config(settings, dtype=torch.float32,
                                             attn_implementation="eager").eval()
    fill(model, spec["arch"], seed)
    return model, round_weights(model, spec["type"])


def make(name, spec, seed):
    model, encoded = build(spec, seed)
    writer = gguf.GGUFWriter(OUT / f"tiny-{name}.gguf", spec["arch"])
    write_metadata(writer, name, spec)
    write_tensors(writer, model, spec, encoded)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    # Token ids repeat after a while, so that attention has something to find.
    draw = np.random.default_rng(seed).integers(0, 256, size=spec["tokens"] // 2 + 3).tolist()
    write_golden(OUT / f"tiny-{name}.json", name, model, (draw + draw)[:spec["tokens"]])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="parts of the names; none means all")
    wanted = parser.parse_args().words
    OUT.mkdir(parents=True, exist_ok=True)
    for seed, (name, spec) in enumerate(MODELS.items(), start=1):
        if not wanted or any(word in name for word in wanted):
            make(name, spec, seed)
            print(f"tiny-{name}: {(OUT / f'tiny-{name}.gguf').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
