#!/usr/bin/env python3
"""Writes tests/golden/formats/*.gguf: a file with a value of every type, and a model in 3 parts.

    ./byeol golden make_gguf_golden

The writer is that of the PyPI package gguf; formats_test reads the files, and our writer must give
the same bytes for the first.
"""
# requires: gguf==0.19.0 numpy==2.4.6
from pathlib import Path

import numpy as np
from gguf import GGUFValueType as Type
from gguf import GGMLQuantizationType, GGUFWriter

TARGET = Path(__file__).resolve().parents[2] / "tests/golden/formats"
SCALARS = [
    ("u8", 200, Type.UINT8), ("i8", -100, Type.INT8), ("u16", 60000, Type.UINT16),
    ("i16", -30000, Type.INT16), ("u32", 4000000000, Type.UINT32), ("i32", -2000000000, Type.INT32),
    ("f32", 1e-5, Type.FLOAT32), ("bool", True, Type.BOOL), ("string", "별 ★", Type.STRING),
    ("u64", 2**64 - 1, Type.UINT64), ("i64", -2**63, Type.INT64), ("f64", 0.1, Type.FLOAT64),
]
ARRAYS = [
    ("u8s", [1, 255], Type.UINT8), ("i8s", [-1, 127], Type.INT8), ("u16s", [1, 65535], Type.UINT16),
    ("i16s", [-1, 32767], Type.INT16), ("u32s", [1, 2**32 - 1], Type.UINT32),
    ("i32s", [-1, 2**31 - 1], Type.INT32), ("f32s", [0.5, -2.0], Type.FLOAT32),
    ("bools", [True, False, True], Type.BOOL), ("strings", ["a", "", "한글"], Type.STRING),
    ("u64s", [1, 2**63], Type.UINT64), ("i64s", [-1, 2**62], Type.INT64),
    ("f64s", [0.25, 1e300], Type.FLOAT64),
]


def write(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def every_type():
    writer = GGUFWriter(TARGET / "every_type.gguf", "test")
    writer.add_custom_alignment(64)
    for name, value, kind in SCALARS:
        writer.add_key_value(f"scalar.{name}", value, kind)
    for name, values, kind in ARRAYS:
        writer.add_key_value(f"array.{name}", values, Type.ARRAY, sub_type=kind)
    writer.add_tensor("norm.weight", np.arange(5, dtype=np.float32))
    writer.add_tensor("experts.weight", np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4))
    blocks = (np.arange(3 * 36) % 251).astype(np.uint8).reshape(3, 36)  # 3 rows of 64 values.
    writer.add_tensor("blk.0.attn_q.weight", blocks, raw_dtype=GGMLQuantizationType.Q4_0)
    write(writer)


def in_parts():
    for part in range(3):
        writer = GGUFWriter(TARGET / f"parts-{part + 1:05d}-of-00003.gguf", "test")
        writer.add_uint16("split.no", part)
        writer.add_uint16("split.count", 3)
        writer.add_int32("split.tensors.count", 3)
        if part == 0:
            writer.add_name("in parts")
        writer.add_tensor(f"tensor.{part}", np.full(4, part, dtype=np.float32))
        write(writer)


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    every_type()
    in_parts()
