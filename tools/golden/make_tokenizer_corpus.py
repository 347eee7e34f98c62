#!/usr/bin/env python3
"""Writes the tokenizers' test texts: tests/golden/tokenizer/corpus.txt and invalid.txt.

One text a line; backslash escapes (\\n \\r \\t \\\\ \\xNN) stand for what cannot be in a line, so that
a text may hold newlines and, in invalid.txt, bytes that are not UTF-8. The same seed gives the same
files: run it again only to change the texts, then run make_tokenizer_golden.

    ./byeol golden make_tokenizer_corpus
"""
import pathlib
import random
import unicodedata

SEED = 20261124
LINES = 5600
INVALID_LINES = 600

ENGLISH = """the a river mountain engine token answer quickly slowly because although model sky blue why how
light scatters small molecules shorter wavelengths evening morning coffee machine learning network
don't can't I'll we've they're she'd it's I'm o'clock rock'n'roll Internationalization e.g. U.S.A.
McDonald iPhone HTTPServer camelCaseWord snake_case_word kebab-case CONSTANT_NAME XMLHttpRequest""".split()
KOREAN = """안녕하세요 오늘 날씨가 정말 좋네요 서울에서 부산까지 기차로 얼마나 걸립니까 모델이 대답한다 그러나 따라서
별빛이 밤하늘에 쏟아진다 학교에 갔다가 친구를 만났어요 ㅋㅋㅋㅋ ㅎㅎ ㅠㅠ 뷁 꿿 똠방각하 값싼 닭볶음탕 않았다
인공지능은 계산기 위에서 돌아가는 프로그램입니다 한글과 漢字를 섞어 쓰기도 한다 3월 1일 오후 2시 30분""".split()
JAPANESE = """こんにちは 今日はいい天気ですね 東京から大阪まで新幹線で約二時間半かかります カタカナ ﾊﾝｶｸ ひらがな 私は学生です
コンピューターが答えを出す。 「かぎ括弧」 々 ヶ月 ー〜 ゞ ｶﾞ がぎぐげご""".split()
CHINESE = """天空为什么是蓝色的 人工智能模型在处理器上运行 你好，世界！ 繁體中文與簡體中文 ３月１日 〇一二三 𠮷野家 㐀㐁 龘靐齉""".split()
OTHERS = """Привет мир быстро бежит Съешь Ёжик Ελλάδα σήμερα ς ὦ ἄνδρες مرحبا بالعالم كيف الحال ١٢٣ שלום עולם
สวัสดีชาวโลก ภาษาไทยไม่มีช่องว่าง नमस्ते दुनिया हिन्दी क्षत्रिय বাংলা தமிழ் తెలుగు မြန်မာ ខ្មែរ ລາວ አማርኛ
ქართული Հայերեն Tiếng Việt đường phố Łódź žluťoučký kůň İstanbul ısı straße ŒUVRE naïve coöperate
ʼn ǅ ǈ ﬁnance ſtrange K Å Ω ℵ ªº Ⅷ ⅳ ½ ¾ ² ³ ₄ ① ㉈ ٣٤ ๑๒ १२३ ᠮᠣᠩᠭᠣᠯ ꦗꦮ 𝔘𝔫𝔦 𝟘𝟙𝟚 𐐷𐐲 𞤀𞤁""".split()
EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇰🇷", "🇯🇵🇺🇸", "1️⃣", "#️⃣", "❤️", "❤️‍🔥", "👩🏿‍💻", "🧑‍🚀", "☺", "☺️",
         "🤷🏻‍♀️", "🫠", "✈️", "⌚", "🀄", "👁️‍🗨️", "‍", "️", "🏽"]
PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + [
    "...", "…", "—", "–", "“", "”", "‘", "’", "«", "»", "、", "。", "！", "？", "·", "•", "※", "→", "⇒", "≠", "∑", "€", "₩",
    "£", "©", "™", "°", "§", "¶", "×", "÷", "¿", "¡", "//", "/*", "*/", "<!--", "-->", "&&", "||", "!=", "=>", "::",
    "<|", "|>", "｜", "▁", "▁▁", "Ġ", "Ċ", "،", "۔", "।", "〜", "￥"]
SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u3000", "\u2003", "\u2009", "\u200b", "\u2028",
          "\u2029", "\u0085", "\u180e", "\u1680", "\u202f", "\u205f", "\ufeff", "\x0b", "\x0c", "\x1c", "\x1f"]
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|im_start|>user\n", "<repo_name>", "<reponame>", "<s>", "</s>",
           "<bos>", "<eos>", "<pad>", "<unk>", "<start_of_turn>", "<end_of_turn>", "<unused7>", "<unused12>", "<unused",
           "<table>", "<tr><td>", "</td></tr>", "<h1>", "</code>", "<0x0A>", "<0x41>", "[multimodal]", "<|im_", "im_end|>",
           "<|eot_id|>", "<|begin_of_text|>", "<mask>", "[INST]", "<<", ">>", "<|im_end|", "<|<|im_end|>|>"]
CODE = [
    "def main(argv):\n    for i in range(10):\n        print(f\"{i:>5}\", end='')\n    return 0\n",
    "#include <vector>\nint main() {\n\tstd::vector<int> v{1, 2, 3};\n\treturn v.size() == 3u ? 0 : -1;\n}\n",
    "{\"name\": \"byeol\", \"values\": [1, 2.5e-10, null, true], \"nested\": {\"k\": \"v\\\\n\"}}",
    "<div class=\"a b\" id='x'>\r\n  <p>text &amp; more</p>\r\n</div>",
    "SELECT COUNT(*) FROM t WHERE a >= 10 AND name LIKE '%x_'; -- comment",
    "for f in *.txt; do echo \"$f\" | sed 's/a/b/g' >> out.log 2>&1; done",
    "fn main() -> Result<(), Box<dyn Error>> {\n    let x: u64 = 0xDEAD_BEEF;\n    Ok(())\n}",
    "const f = async (x) => { await g(x ?? 0); return `${x}`; };",
    "@interface A : B { id<C> d_; } - (void)e:(int)f; @end",
    "\\begin{equation} \\sum_{i=0}^{n} x_i^2 = \\frac{1}{2} \\end{equation}",
    "if (a<b&&c>d||!e) { x^=y<<3; z=~w%7; }",
    "https://example.com/a/b?c=d&e=%20f#frag user@host.org 192.168.0.1:8080 ::1",
]


def number(rng):
    kind = rng.randrange(8)
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randrange(1, 14)))
    if kind == 0:
        return f"{rng.randrange(10 ** 9):,}"
    if kind == 1:
        return f"{rng.random() * 1000:.{rng.randrange(5)}f}"
    if kind == 2:
        return digits.translate({ord("0") + i: 0xFF10 + i for i in range(10)})
    if kind == 3:
        return digits.translate({ord("0") + i: 0x0660 + i for i in range(10)})
    if kind == 4:
        return digits + rng.choice(["kg", "px", "%", "°C", "원", "円", "th", "_000", "e5"])
    if kind == 5:
        return rng.choice(["0x", "#", "v", "-", "+", "$"]) + digits
    return digits


def assigned(rng):
    ranges = [(0x21, 0x7E), (0xA1, 0x24F), (0x250, 0x3FF), (0x400, 0x52F), (0x5D0, 0x6FF), (0x900, 0xDFF),
              (0xE00, 0x11FF), (0x1200, 0x1FFF), (0x2000, 0x2BFF), (0x2E80, 0x33FF), (0x3400, 0x9FFF),
              (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xF900, 0xFFEF), (0x10000, 0x1093F), (0x1D400, 0x1D7FF),
              (0x1F000, 0x1FAFF), (0x20000, 0x2A6DF)]
    while True:
        low, high = rng.choice(ranges)
        c = chr(rng.randint(low, high))
        if unicodedata.category(c) not in ("Cn", "Cs"):
            return c


def words(rng, pool, low=2, high=10):
    return " ".join(rng.choice(pool) for _ in range(rng.randint(low, high)))


def make_text(rng):
    kind = rng.randrange(20)
    if kind == 0:
        text = words(rng, ENGLISH)
        return rng.choice([text, text.capitalize() + ".", text.upper(), text.title() + "!"])
    if kind in (1, 2):
        return words(rng, KOREAN, 1, 8)
    if kind == 3:
        return rng.choice(["", " "]).join(rng.choice(JAPANESE) for _ in range(rng.randint(1, 6)))
    if kind == 4:
        return rng.choice(["", " ", "，"]).join(rng.choice(CHINESE) for _ in range(rng.randint(1, 5)))
    if kind in (5, 6):
        text = words(rng, OTHERS, 1, 8)
        return unicodedata.normalize(rng.choice(["NFC", "NFD", "NFKC"]), text) if rng.random() < 0.4 else text
    if kind == 7:
        return rng.choice(["", " "]).join(rng.choice(EMOJI) for _ in range(rng.randint(1, 9)))
    if kind == 8:
        text = rng.choice(CODE)
        start = rng.randrange(len(text) // 2)
        return rng.choice([" " * rng.choice([0, 2, 4, 8]), "\t"]) + text[start:start + rng.randint(8, 70)]
    if kind == 9:
        return rng.choice(["", "x", "가"]) + "".join(
            rng.choice([" ", " ", " ", "\t", "\n", "\u00a0", "\u3000"]) * rng.randint(1, rng.choice([3, 9, 40, 70]))
            for _ in range(rng.randint(1, 3))) + rng.choice(["", "y", "나", "!", "7"])
    if kind in (10, 11):
        return rng.choice(["", " ", ", "]).join(number(rng) for _ in range(rng.randint(1, 5)))
    if kind == 12:
        return "".join(rng.choice([chr(rng.randrange(32)), chr(rng.randrange(0x7F, 0xA1)), "a", " b", rng.choice(SPACES)])
                       for _ in range(rng.randint(1, 12)))
    if kind == 13:
        return "".join(rng.choice([rng.choice(SPECIAL), " ", "\n", rng.choice(ENGLISH), rng.choice(KOREAN)])
                       for _ in range(rng.randint(1, 7)))
    if kind == 14:
        base = rng.choice(["a", "b", "ab", "ha", "ㅋ", "가나", "=", "-", "9", "🙂", "A", "́", "的", "\n", " ", "na na ", "()"])
        return base * rng.randint(2, rng.choice([6, 40, 120]))
    if kind == 15:
        return "".join(assigned(rng) for _ in range(rng.randint(1, 16)))
    if kind == 16:
        quote = rng.choice("'''’")
        return " ".join(rng.choice(["I", "she", "DON", "x", "가", "9", "_"]) + quote +
                        rng.choice(["s", "S", "t", "re", "RE", "Ve", "m", "ll", "LL", "d", "ſ", "ll's", "x", " s"])
                        for _ in range(rng.randint(1, 6)))
    if kind == 17:
        return "".join(rng.choice([rng.choice(PUNCTUATION), rng.choice(PUNCTUATION), " ", rng.choice(ENGLISH)])
                       for _ in range(rng.randint(1, 10)))
    pools = [ENGLISH, KOREAN, JAPANESE, CHINESE, OTHERS, EMOJI, PUNCTUATION, SPACES]
    return "".join(rng.choice(rng.choice(pools)) for _ in range(rng.randint(1, 12)))


def make_invalid(rng):
    broken = [b"\x80", b"\xbf\xbf", b"\xc0\xaf", b"\xc1\x81", b"\xc3", b"\xe2\x82", b"\xe0\x80\xaf", b"\xed\xa0\x80",
              b"\xed\xbf\xbf", b"\xf0\x9f\x98", b"\xf0\x9f", b"\xf5\x80", b"\xff", b"\xfe\xff", b"\xf8\x88\x80\x80\x80",
              b"\xc3(", b"\xe2(\xa1", b"\xf0(\x8c(", b"\xea\xb0", b"\xf0\x80\x80\x8a", b"\xe2\x96"]
    text = b""
    for _ in range(rng.randint(1, 6)):
        part = rng.randrange(4)
        if part == 0:
            text += make_text(rng)[:12].encode()
        elif part == 1:
            text += bytes(rng.randrange(0x80, 0xF5) for _ in range(rng.randint(1, 3)))
        else:
            text += rng.choice(broken)
    # A "▁" that stands in the text itself: the one case where we do not follow llama.cpp.
    text = text.replace("▁".encode(), b"_")
    # llama.cpp ends the program on a sequence beyond U+10FFFF: nothing to compare with.
    beyond = any(lead == 0xF4 and text[at + 1:at + 2] >= b"\x90" or lead > 0xF4 and lead < 0xF8
                 for at, lead in enumerate(text))
    try:
        text.decode()
        return None
    except UnicodeDecodeError:
        return None if beyond and any(0x80 <= b < 0xC0 for b in text) else text


def escape(text):
    data = text if isinstance(text, bytes) else None
    if data is not None:
        text = data.decode("utf-8", "surrogateescape")
    names = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
    return "".join(names.get(c) or (f"\\x{ord(c):02x}" if c < " " or c == "\x7f" else
                                    f"\\x{ord(c) - 0xDC00:02x}" if 0xDC80 <= ord(c) <= 0xDCFF else c) for c in text)


def main():
    folder = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/tokenizer"
    rng = random.Random(SEED)
    texts = dict.fromkeys(SPECIAL + CODE + SPACES + EMOJI)
    while len(texts) < LINES:
        text = make_text(rng)
        while len(text.encode()) > 160:
            text = text[:len(text) * 2 // 3]
        texts[text] = None
    (folder / "corpus.txt").write_bytes("".join(escape(t) + "\n" for t in texts).encode())
    invalid = {}
    while len(invalid) < INVALID_LINES:
        text = make_invalid(rng)
        if text:
            invalid[text] = None
    (folder / "invalid.txt").write_bytes("".join(escape(t) + "\n" for t in invalid).encode())


if __name__ == "__main__":
    main()
