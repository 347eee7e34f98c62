#!/usr/bin/env python3
"""Writes the expected ids of the tokenizers' tests, computed by other people's programs.

  tests/golden/tokenizer/MODEL.ids          Hugging Face tokenizers, built from the GGUF's vocabulary
  tests/golden/tokenizer/MODEL.invalid.ids  llama.cpp (llama_tokenize.cc), on bytes that are not UTF-8
  tests/golden/tokenizer/small_bpe.txt      merges trained here, without any pre-tokenizer
  tests/golden/tokenizer/small_chars.txt    merges of characters, as in Gemma 4
  tests/golden/tokenizer/gemma4.ids         Hugging Face: those merges, with byte tokens for the rest
  tests/golden/tokenizer/pre.ids            Hugging Face: that vocabulary under each pre-tokenizer

A line of .ids is the FNV-1a hash of a text's ids; the first FULL_LINES lines list the ids as well. A
line of pre.ids is a family and one hash for each BLOCK_LINES texts.

    ./byeol golden make_tokenizer_golden             all of them (builds llama.cpp once, if need be)
    ./byeol golden make_tokenizer_golden --report    also lists the texts on which the two differ

The models are taken from $BYEOL_MODELS_DIR or the model cache (`byeol pull` brings them). The texts are
those of make_tokenizer_corpus.
"""
import argparse
import json
import pathlib
import re
import subprocess

from gguf import GGUFReader
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from make_model_golden import find_model, rivals

# requires: tokenizers==0.23.3 gguf==0.19.0

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/tokenizer"
FULL_LINES = 300
BLOCK_LINES = 4
SMALL_VOCABULARY = 2600

CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
CASED = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+%s"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*%s")
CASED_CONTRACTION = CASED % (CONTRACTION + "?", CONTRACTION + "?")
CASED_NOT_HAN = CASED_CONTRACTION.replace(r"\p{M}]", r"\p{M}&&[^\p{Han}]]")
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
GPT4O_REST = r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
DEEPSEEK_V3 = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
               r"| ?[\p{P}\p{S}]+ENDS|\s+(?!\S)|\s+")
HAN_KANA = "[一-龥\u3040-ゟ゠-ヿ]+"
BLOOM = " ?[^(\\s|.,!?…。，、।۔،)]+"


def llama3(numbers, marks=r" ?[^\s\p{L}\p{N}]+[\r\n]*", letters=r"[^\r\n\p{L}\p{N}]?\p{L}+",
           spaces=r"\s*[\r\n]+|\s+(?!\S)|\s+", contraction=CONTRACTION + "|"):
    return f"{contraction}{letters}|{numbers}|{marks}|{spaces}"


# The models' own expressions, in Oniguruma's syntax, as their tokenizer.json have them; applied in
# order. "nfc" asks for that normalizer.
FAMILIES = {
    "llama-bpe": [llama3(r"\p{N}{1,3}")],
    "qwen2": ["nfc", llama3(r"\p{N}")],
    "stablelm2": [llama3(r"\p{N}")],
    "qwen35": ["nfc", llama3(r"\p{N}", r" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*", r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+")],
    "jais-2": [llama3(r"\p{N}{1,3}", spaces=r"\s*[\r\n]+|" + "|".join(
        rf"\s{{{n}}}(?!\S)" for n in (512, 256, 128, 64, 32, 16, 8, 4, "1,2")) + r"|\s{1}")],
    "gpt-4o": [CASED_CONTRACTION + GPT4O_REST],
    "tekken": [CASED % ("", "") + GPT4O_REST.replace("{1,3}", "")],
    "tiny_aya": [r"\d{1,3}(?=(?:\d{3})*\b)", CASED_CONTRACTION + GPT4O_REST],
    "youtu": ["[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + HAN_KANA,
              CASED_CONTRACTION + GPT4O_REST.replace("{1,3}", "")],
    "kimi-k2": [r"[\p{Han}]+|" + CASED_NOT_HAN + GPT4O_REST.replace("/", "")],
    "deepseek-llm": [r"[\r\n]", None, r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$", "[一-龥ࠀ-一가-\ud7ff]+", r"\p{N}+"],
    "deepseek-v3": [r"\p{N}{1,3}", HAN_KANA, DEEPSEEK_V3.replace("ENDS", r"[\r\n]*|\s*[\r\n]+")],
    "deepseek-coder": [r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-\ud7ff]+", r"\p{N}"],
    "spark2_5": [r"\p{N}{1,3}", HAN_KANA, DEEPSEEK_V3.replace("ENDS", r"|[\r\n]"), r"\p{N}"],
    "falcon": [r"[\p{P}\$\+<=>\^~\|`]+", GPT2, "[0-9][0-9][0-9]"],
    "smollm": [r"\p{N}", GPT2],
    "gpt-2": [GPT2],
    "olmo": ["nfc", GPT2],
    "bloom": [BLOOM],
    "viking": [BLOOM, r"\p{N}"],
    "chameleon": ["<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", r"([\t\n]|    |  )", r"\p{N}",
                  r"[\p{P}!-/:-@\[-`{-~]", GPT2],
    "superbpe": [r"\p{N}+", r"(?=(\d{3})+(?!\d))"],
    "bailingmoe": [llama3(r"\p{N}", contraction="'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|",
                          spaces=r"\s*[\r\n]|\s+(?!\S)|\s+")],
    "seed-coder": [llama3(r"\p{N}{1}", r" ?[^\s\p{L}\p{N}\r\n]+")],
    "ufakzeka": [llama3(r"\p{N}", contraction="")],
    "afmoe": [r"\p{N}+", r"(?=(\d{3})+(?!\d))",
              "[一-鿿㐀-䶿\uf900-\ufaff\u3040-ゟ゠-ヿ･-ﾟ⼀-\u2fdf\u0e40-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u1000-\u109f"
              "\uaa60-\uaa7f\ua9e0-\ua9ff가-\ud7af\u1100-\u11ff]+", DEEPSEEK_V3.replace("ENDS", r"[\r\n]*|\s*[\r\n]+")],
    "laguna": [r"[^\n]+|[\n]+", llama3(r"\p{N}")],
    "exaone-moe": [llama3(r"\p{N}", r" ?[^\s\p{L}\p{N}]+[\r\n/]?",
                          r"[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+", r"\s*[\r\n]|\s+(?!\S)|\s+")],
    "minicpm5": [r"\p{N}{1,3}", llama3(r"\p{N}+")],
    "whitespace": [r"\S+"],
    "default": [r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]"],
}
# DeepSeek-LLM spells out the Latin, Greek, Cyrillic ... letters, as they were in Unicode 12.
FAMILIES["deepseek-llm"][1] = r"\s?[A-Za-z" + "".join(
    chr(int(low, 16)) + ("-" + chr(int(high, 16)) if high else "") for low, high in re.findall(
        r"(\w+)(?:-(\w+))?",
        "B5 C0-D6 D8-F6 F8-1BA 1BC-1BF 1C4-293 295-2AF 370-373 376 377 37B-37D 37F 386 388-38A 38C 38E-3A1 3A3-3F5 "
        "3F7-481 48A-52F 531-556 10A0-10C5 13A0-13F5 13F8-13FD 1C90-1CBA 1CBD-1CBF 1D00-1D2B 1D6B-1D77 1D79-1D9A "
        "1E00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FBC 1FBE "
        "1FC2-1FC4 1FC6-1FCC 1FD0-1FD3 1FD6-1FDB 1FE0-1FEC 1FF2-1FF4 1FF6-1FFC 2102 2107 210A-2113 2115 2119-211D "
        "2124 2126 2128 212A-212D 212F-2134 2139 213C-213F 2145-2149 214E 2183 2184 2C00-2C7B 2C7E-2CE4 2CEB-2CEE "
        "2CF2 2CF3 A640-A66D A680-A69B A722-A76F A771-A787 A78B-A78E AB70-ABBF FB00-FB06 FB13-FB17 FF21-FF3A "
        "FF41-FF5A 10400-1044F 104B0-104D3 104D8-104FB 10C80-10CB2 10CC0-10CF2 118A0-118DF 1E900-1E943")) + "]+"


def unescape(line):
    names = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\"}
    return re.sub(rb"\\(x[0-9a-f]{2}|.)",
                  lambda m: bytes([int(m[1][1:], 16)]) if m[1][:1] == b"x" else names[m[1]], line)


def read_texts(name):
    return [unescape(line) for line in (FOLDER / name).read_bytes().split(b"\n")[:-1]]


def fnv1a(ids, state=0x811C9DC5):
    for i in ids:
        for byte in int(i).to_bytes(4, "little", signed=True):
            state = (state ^ byte) * 0x01000193 & 0xFFFFFFFF
    return state


def write_ids(name, all_ids, full_lines):
    lines = [f"{fnv1a(ids):08x}" + ("".join(f" {i}" for i in ids) if n < full_lines else "")
             for n, ids in enumerate(all_ids)]
    (FOLDER / name).write_text("\n".join(lines) + "\n")


class Vocabulary:
    def __init__(self, path):
        fields = GGUFReader(path).fields
        self.tokens = fields["tokenizer.ggml.tokens"].contents()
        self.types = fields["tokenizer.ggml.token_type"].contents()
        self.scores = fields["tokenizer.ggml.scores"].contents() if "tokenizer.ggml.scores" in fields else None
        self.merges = fields["tokenizer.ggml.merges"].contents() if "tokenizer.ggml.merges" in fields else None

    def of_type(self, *types):
        return [token for token, kind in zip(self.tokens, self.types) if kind in types]


def hugging_face_bpe(path):
    """SmolLM2: Digits(individual), then GPT-2's ByteLevel with its own expression."""
    vocabulary = Vocabulary(path)
    bpe = models.BPE({token: i for i, token in enumerate(vocabulary.tokens)},
                     [tuple(merge.split(" ")) for merge in vocabulary.merges])
    tokenizer = Tokenizer(bpe)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in vocabulary.of_type(3)])
    return tokenizer


def hugging_face_spm(path):
    """Gemma, as transformers converts its SentencePiece model: BPE with merges made from the scores.

    Every cut of a piece into two pieces is a merge; the higher the piece's score, the earlier, then
    the longer left part first. The tab's byte token is spelt as the tab itself. Pieces that the
    makers added have score 0, above all others (the GGUF keeps -1000 and spaces instead).
    """
    source = Vocabulary(path)
    pieces, scores = [], []
    for token, kind, score in zip(source.tokens, source.types, source.scores):
        pieces.append("\t" if token == "<0x09>" else token.replace(" ", "▁") if kind == 4 else token)
        scores.append(0.0 if kind == 4 else score)
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    merges = []
    for piece, score in zip(pieces, scores):
        local = [(piece[:i], piece[i:], score) for i in range(1, len(piece))
                 if piece[:i] in vocabulary and piece[i:] in vocabulary]
        merges.extend(sorted(local, key=lambda m: (vocabulary[m[0]], vocabulary[m[1]])))
    merges.sort(key=lambda m: (m[2], len(m[0]), len(m[1])), reverse=True)
    tokenizer = Tokenizer(models.BPE(vocabulary, [m[:2] for m in merges], unk_token="<unk>", fuse_unk=True,
                                     byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    # The makers' runs of spaces are spelt "▁▁" there and so never match a text's own spaces.
    tokenizer.add_tokens([AddedToken(t.replace(" ", "▁"), normalized=False) for t in source.of_type(4)])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in source.of_type(3)])
    return tokenizer


def build_llama_tokenize():
    """Compiles llama_tokenize.cc against llama.cpp where it is missing or older."""
    home = rivals.ensure("llama.cpp")
    source = pathlib.Path(__file__).with_name("llama_tokenize.cc")
    program = home / "bin" / "llama_tokenize"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["g++", "-std=c++20", "-O2", f"-I{home}/include", source, f"-L{home}/bin", "-lllama", "-lggml",
                        "-lggml-base", "-Wl,-rpath,$ORIGIN", "-o", program], check=True)
    return program


def llama_cpp(program, path, texts):
    feed = b"".join(b"%d\n%s" % (len(t), t) for t in texts)
    lines = subprocess.run([program, path], input=feed, stdout=subprocess.PIPE, check=True).stdout.decode()
    return [[int(i) for i in line.split()] for line in lines.split("\n")[:-1]]


def train_small_bpe(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    # No "<": a token spelt like a control token would be taken for one.
    tokenizer.train_from_iterator([t.decode() for t in texts if b"<" not in t], trainers.BpeTrainer(
        vocab_size=SMALL_VOCABULARY, initial_alphabet=alphabet, show_progress=False, max_token_length=24))
    model = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    assert tokens[:256] == alphabet and tokens[256:] == ["".join(m) for m in model["merges"]]
    lines = [" ".join(m) for m in model["merges"]]
    (FOLDER / "small_bpe.txt").write_text("\n".join(lines) + "\n")
    return model["vocab"], [tuple(m) for m in model["merges"]]


def write_families(texts):
    vocabulary, merges = train_small_bpe(texts)
    lines = []
    for name, stages in FAMILIES.items():
        ignore_merges = name in ("llama-bpe", "tekken", "youtu", "minicpm5")
        tokenizer = Tokenizer(models.BPE(vocabulary, merges, ignore_merges=ignore_merges))
        if stages[0] == "nfc":
            tokenizer.normalizer, stages = normalizers.NFC(), stages[1:]
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(stage), "isolated") for stage in stages] +
            [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        ids = [tokenizer.encode(t.decode(), add_special_tokens=False).ids for t in texts]
        hashes = []
        for start in range(0, len(ids), BLOCK_LINES):
            state = 0x811C9DC5
            for line in ids[start:start + BLOCK_LINES]:
                state = fnv1a(line + [-1], state)
            hashes.append(f"{state:08x}")
        lines.append(name + " " + "".join(hashes))
    (FOLDER / "pre.ids").write_text("\n".join(lines) + "\n")


def escape(text):
    names = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
    return "".join(names.get(c) or (f"\\x{ord(c):02x}" if c < " " or c == "\x7f" else c) for c in text)


def character_vocabulary(merges):
    """<unk>, the byte tokens, the characters of the merges in order of code point, what they merge to."""
    tokens = ["<unk>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokens += sorted({c for merge in merges for part in merge for c in part})
    return list(dict.fromkeys(tokens + ["".join(merge) for merge in merges]))


def write_gemma4(texts):
    lines = pre_tokenizers.Split(Regex(r"[^\n]+|[\n]+"), "isolated")
    spaces = normalizers.Replace(" ", "▁")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer, tokenizer.pre_tokenizer = spaces, lines
    tokenizer.train_from_iterator([t.decode() for t in texts if b"<" not in t], trainers.BpeTrainer(
        vocab_size=SMALL_VOCABULARY, show_progress=False, max_token_length=24, limit_alphabet=1200))
    merges = [tuple(m) for m in json.loads(tokenizer.to_str())["model"]["merges"]]
    (FOLDER / "small_chars.txt").write_bytes("".join(escape(" ".join(m)) + "\n" for m in merges).encode())
    vocabulary = {token: i for i, token in enumerate(character_vocabulary(merges))}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer, tokenizer.pre_tokenizer = spaces, lines
    write_ids("gemma4.ids", [tokenizer.encode(t.decode(), add_special_tokens=False).ids for t in texts], 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="list the texts on which the two oracles differ")
    args = parser.parse_args()
    texts = read_texts("corpus.txt")
    write_families(texts)
    write_gemma4(texts)
    program = build_llama_tokenize()
    for name, catalogue_name, make in (("smollm2", "smollm2-135m", hugging_face_bpe),
                                       ("gemma3", "gemma3-270m", hugging_face_spm)):
        path = find_model(catalogue_name)
        tokenizer = make(path)
        ids = [tokenizer.encode(t.decode(), add_special_tokens=False).ids for t in texts]
        write_ids(f"{name}.ids", ids, FULL_LINES)
        write_ids(f"{name}.invalid.ids", llama_cpp(program, path, read_texts("invalid.txt")), FULL_LINES)
        if args.report:
            for text, ours, theirs in zip(texts, ids, llama_cpp(program, path, texts)):
                if ours != theirs:
                    print(name, text, "Hugging Face", ours, "llama.cpp", theirs)


if __name__ == "__main__":
    main()
