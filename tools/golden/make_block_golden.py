#!/usr/bin/env python3
"""Writes tests/golden/formats/blocks/<TYPE>.bin: random blocks and what they mean.

    ./byeol golden make_block_golden

The meaning is that of the dequantiser of the PyPI package gguf (numpy; the same project as
llama.cpp, other code). Layout, little-endian: u32 number of values, the blocks, the values as f32.
The seed is fixed: the same package versions give the same bytes.
"""
# requires: gguf==0.19.0 numpy==2.4.6
import struct
from pathlib import Path

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

TARGET = Path(__file__).resolve().parents[2] / "tests/golden/formats/blocks"
VALUES = 1024
# Where each type keeps its f16 scales and minima within a block: these must not be NaN or infinite.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "IQ4_NL": [0],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_XS": [0],
    "MXFP4": [], "F32": [], "F16": [], "BF16": [],
}


def random_blocks(name, random):
    elements, size = GGML_QUANT_SIZES[GGMLQuantizationType[name]]
    count = VALUES // elements
    if name == "F32":
        return random.standard_normal(count).astype(np.float32).view(np.uint8).reshape(count, 4)
    if name in ("F16", "BF16"):
        bits = random.integers(0, 1 << 16, count, dtype=np.uint16)
        exponent = 0x7C00 if name == "F16" else 0x7F80
        bits[(bits & exponent) == exponent] &= 0x8000  # Neither NaN nor infinite.
        return bits.view(np.uint8).reshape(count, 2)
    blocks = random.integers(0, 256, (count, size), dtype=np.uint8)
    for offset in HALVES[name]:
        halves = random.standard_normal(count).astype(np.float16)
        halves[::7] = np.float16(5e-7)  # A subnormal half.
        halves[3::11] = np.float16(-0.0)
        blocks[:, offset:offset + 2] = halves.view(np.uint8).reshape(count, 2)
    if name == "MXFP4":
        blocks[:, 0] = random.integers(0, 255, count)  # 255 is E8M0's NaN.
        blocks[:3, 0] = [0, 1, 2]
    return blocks


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(HALVES):
        blocks = random_blocks(name, np.random.default_rng(20261124 + number))
        with np.errstate(over="ignore"):
            values = dequantize(blocks.reshape(-1), GGMLQuantizationType[name])
        values = np.ascontiguousarray(values.reshape(-1), dtype=np.float32)
        assert values.size == VALUES
        (TARGET / f"{name}.bin").write_bytes(
            struct.pack("<I", VALUES) + blocks.tobytes() + values.tobytes())


if __name__ == "__main__":
    main()
