#!/usr/bin/env python3
"""Writes tests/golden/formats/encoded/: values, and how another quantizer rounds them.

    ./byeol golden make_encode_golden

`values.bin` holds 64 blocks of 32 floats (f32, little-endian); `<TYPE>.bin` the blocks that the
quantizer of the PyPI package gguf (numpy, rounds to nearest) makes of them. The seed is fixed: the
same package versions give the same bytes.
"""
# requires: gguf==0.19.0 numpy==2.4.6
from pathlib import Path

import numpy as np
from gguf.constants import GGMLQuantizationType
from gguf.quants import quantize

TARGET = Path(__file__).resolve().parents[2] / "tests/golden/formats/encoded"
TYPES = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"]


def make_values():
    random = np.random.default_rng(20261125)
    blocks = (random.standard_normal((64, 32)) * 0.05).astype(np.float32)
    blocks[40:48] = random.standard_t(2, (8, 32)) * 0.02  # Heavy tails.
    blocks[48:52] = np.abs(blocks[48:52])  # One side only.
    blocks[52:54] = -np.abs(blocks[52:54])
    blocks[54] = 0
    blocks[55] = 0.37  # Constants.
    blocks[56] = -0.37
    blocks[57] = 0
    blocks[57, 11] = 1.5  # One value alone.
    blocks[58, 3] = 40  # One that towers above the rest.
    blocks[59] *= 1e-5  # The scale is a subnormal half,
    blocks[60] *= 1e-7  # or none at all.
    blocks[61] *= 1e4
    blocks[62] = np.linspace(-1, 1, 32)
    blocks[63] = np.arange(32) - 16
    return blocks


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    values = make_values()
    (TARGET / "values.bin").write_bytes(values.astype("<f4").tobytes())
    for name in TYPES:
        (TARGET / f"{name}.bin").write_bytes(quantize(values, GGMLQuantizationType[name]).tobytes())


if __name__ == "__main__":
    main()
