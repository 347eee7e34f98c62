"""The models that the verbs' tests run: the tiny ones of the golden files, and the catalogue's."""
import os
import pathlib
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHATML = ("{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
          "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def tiny(name="smollm2"):
    """A base model: random weights, a context of 256 tokens, no chat template."""
    return ROOT / f"tests/golden/model/tiny-{name}.gguf"


def tiny_chat(folder, source=CHATML):
    """The same with a template: a metadata entry more, as long as a multiple of the alignment, so
    that the tensors stay where the file says they are."""
    model = tiny().read_bytes()
    key, value = b"tokenizer.chat_template", source.encode()
    value = b"{#" + b" " * (-(8 + len(key) + 4 + 8 + len(value) + 4) % 32) + b"#}" + value
    entry = (struct.pack("<Q", len(key)) + key + struct.pack("<I", 8)
             + struct.pack("<Q", len(value)) + value)
    tensors, entries = struct.unpack_from("<QQ", model, 8)
    path = pathlib.Path(folder, "tiny-chat.gguf")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model[:8] + struct.pack("<QQ", tensors, entries + 1) + entry + model[24:])
    return path


def real(name):
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = pathlib.Path(os.environ.get("BYEOL_MODELS_DIR") or pathlib.Path(cache, "byeol/models"))
    path = folder / f"{name}.gguf"
    if not path.exists():
        raise FileNotFoundError(f"{path} is absent; ./byeol pull {name} brings it")
    return path
