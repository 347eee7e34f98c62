#!/usr/bin/env python3
"""Writes tests/corpus/gguf_fuzz/: tiny GGUF files, sound ones and one for each way to be wrong.

    tools/make_gguf_corpus.py

Needs nothing but Python. Inputs that a fuzzer found have names of their own (found_*) and stay.
"""
import struct
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "tests/corpus/gguf_fuzz"
U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
FORMATS = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "B",
           U64: "Q", I64: "q", F64: "d"}
BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
          10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
          20: (32, 18), 23: (256, 136), 30: (1, 2), 39: (32, 17)}


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(data)) + data


def scalar(kind, value):
    return text(value) if kind == STRING else struct.pack("<" + FORMATS[kind], value)


def entry(key, kind, value):
    return text(key) + struct.pack("<I", kind) + scalar(kind, value)


def array(key, kind, values, count=None):
    head = struct.pack("<IIQ", ARRAY, kind, len(values) if count is None else count)
    return text(key) + head + b"".join(scalar(kind, value) for value in values)


def tensor(name, sizes, kind, offset):
    head = text(name) + struct.pack("<I", len(sizes)) + struct.pack(f"<{len(sizes)}q", *sizes)
    return head + struct.pack("<IQ", kind, offset)


def model(entries=(), tensors=(), data=b"", version=3, counts=None, alignment=32):
    n_tensors, n_entries = counts or (len(tensors), len(entries))
    head = b"GGUF" + struct.pack("<IQQ", version, n_tensors, n_entries)
    head += b"".join(entries) + b"".join(tensors)
    return head + bytes(-len(head) % alignment) + data


def one_tensor(**changes):
    fields = {"name": "t", "sizes": [8], "kind": 0, "offset": 0, **changes}
    return model([], [tensor(**fields)], bytes(32))


def every_block_type():
    tensors, data = [], b""
    for kind, (elements, size) in BLOCKS.items():
        tensors.append(tensor(f"type.{kind}", [elements], kind, len(data)))
        block = bytes((7 * i + kind) % 256 for i in range(size))
        data += block + bytes(-len(block) % 32)
    return model([], tensors, data)


def every_value_type():
    entries = [entry(f"s.{kind}", kind, 1) for kind in FORMATS]
    entries += [array(f"a.{kind}", kind, [0, 1, 1]) for kind in FORMATS]
    entries += [entry("general.architecture", STRING, "llama"),
                entry("bad", STRING, b"\xff\x00\x1b[31m"), array("strings", STRING, ["", "별", "c"])]
    return model(entries)


SOUND = model([entry("general.architecture", STRING, "llama")],
              [tensor("a", [8], 0, 0), tensor("b", [32, 2], 2, 32)], bytes(32 + 36))
FILES = {
    "sound": SOUND,
    "sound_v2": model([entry("k", U8, 1)], version=2),
    "sound_empty": model(),
    "sound_alignment_64": model([entry("general.alignment", U32, 64)], [tensor("a", [8], 0, 64)],
                                bytes(96), alignment=64),
    "sound_every_block_type": every_block_type(),
    "sound_every_value_type": every_value_type(),
    "sound_four_dimensions": model([], [tensor("a", [2, 2, 2, 2], 1, 0)], bytes(32)),
    "empty": b"",
    "magic_only": b"GGUF",
    "magic_wrong": b"GGML" + bytes(20),
    "version_1": model(version=1),
    "version_9": model(version=9),
    "big_endian": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
    "cut_in_header": SOUND[:20],
    "cut_in_key": SOUND[:40],
    "cut_in_tensor_entry": SOUND[:100],
    "cut_in_data": SOUND[:-1],
    "tensors_absurd": model(counts=(2**64 - 1, 0)),
    "entries_absurd": model(counts=(0, 2**63)),
    "array_absurd": model([array("k", F64, [], 2**61)]),
    "array_of_strings_absurd": model([array("k", STRING, ["a"], 2**40)]),
    "array_of_arrays": model([array("k", ARRAY, [], 0)]),
    "array_of_unknown": model([array("k", 99, [], 0)]),
    "string_absurd": model([text("k") + struct.pack("<IQ", STRING, 2**64 - 1)]),
    "value_type_unknown": model([text("k") + struct.pack("<IQ", 13, 0)]),
    "bool_2": model([entry("k", BOOL, 2)]),
    "key_empty": model([entry("", U64, 0)]),
    "key_twice": model([entry("k", U8, 0), entry("k", U8, 1)]),
    "alignment_0": model([entry("general.alignment", U32, 0)]),
    "alignment_12": model([entry("general.alignment", U32, 12)]),
    "alignment_string": model([entry("general.alignment", STRING, "32")]),
    "alignment_huge": model([entry("general.alignment", U32, 2**31)], [tensor("a", [8], 0, 0)]),
    "split_part": model([entry("split.count", U16, 3), entry("split.no", U16, 0)]),
    "split_negative": model([entry("split.count", I32, -1)]),
    "tensor_twice": model([], [tensor("a", [8], 0, 0), tensor("a", [8], 0, 32)], bytes(64)),
    "tensor_overlap": model([], [tensor("a", [16], 0, 0), tensor("b", [8], 0, 32)], bytes(64)),
    "tensor_name_empty": one_tensor(name=""),
    "tensor_name_long": one_tensor(name="x" * 65),
    "tensor_dimensions_0": one_tensor(sizes=[]),
    "tensor_dimensions_5": one_tensor(sizes=[1] * 5),
    "tensor_size_0": one_tensor(sizes=[8, 0]),
    "tensor_size_negative": one_tensor(sizes=[-8, -1]),
    "tensor_size_overflow": one_tensor(sizes=[2**62, 2**62]),
    "tensor_bytes_overflow": one_tensor(sizes=[2**62]),
    "tensor_row_no_block": one_tensor(sizes=[33], kind=2),
    "tensor_offset_misaligned": one_tensor(offset=4),
    "tensor_offset_past_end": one_tensor(offset=2**40),
    "tensor_offset_wraps": one_tensor(offset=2**64 - 32),
    "tensor_type_removed": one_tensor(kind=4),
    "tensor_type_iq2_xxs": one_tensor(kind=16, sizes=[256]),
    "tensor_type_ik_llama": one_tensor(kind=139, sizes=[256]),
    "tensor_type_unknown": one_tensor(kind=2**32 - 1),
}


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, data in FILES.items():
        (TARGET / name).write_bytes(data)


if __name__ == "__main__":
    main()
