"""What the mock server says: texts cut into tokens, with made-up log-probabilities."""
import math
import re
import zlib

SKY = """The sky is blue because of how **sunlight meets air**.

1. Sunlight holds all colours.
2. Molecules of air scatter *short* waves, which look blue, far more than long ones.
3. So blue light reaches your eyes from every direction.

At sunset the light travels further, and the blue is scattered away: what is left is red."""

CODE = """# Recursion

A function that calls itself on something *smaller*:

```python
def stars(n):
    return "" if n == 0 else "★" + stars(n - 1)
```

> Every call needs an end: here it is `n == 0`.

- first the end
- then the step
  - which gets nearer to the end"""

KOREAN = """하늘이 파란 이유는 **빛의 산란** 때문입니다. 공기 분자는 짧은 파장의 빛을 더 많이 흩어지게 합니다.

그래서 파란빛이 사방에서 눈에 들어옵니다."""

# Markup that a careless page would run or fetch.
MARKUP = """<img src=x onerror="window.injected=1"> <script>window.injected=2</script>
<b id="injected">bold</b> ![x](http://foreign.invalid/a.png) [link](javascript:window.injected=3)

```<script>window.injected=4</script>
<style>body{display:none}</style>
```"""

LONG = " ".join(f"Star number {number} shines." for number in range(1, 400))

# The word `mock:NAME` in a question asks for one of these.
TEXTS = {"code": CODE, "korean": KOREAN, "markup": MARKUP, "long": LONG, "sky": SKY}
KOREAN_OTHERS = ["은", " 빛", "을", " 하늘", ".", " 공기", "이", " 별", "에", " 파란"]
OTHERS = ["light", " the", " because", ".", " it", " of", "\n", " air", " star", " blue"]


def text_for(question):
    name = script_of(question)
    if name in TEXTS:
        return TEXTS[name]
    if "recursion" in question:
        return CODE
    return KOREAN if re.search("[가-힣]", question) else SKY


def script_of(question):
    named = re.search(r"mock:(\w+)", question)
    return named[1] if named else ""


def tokens_of(text):
    """Words with the blank before them; some Hangul cut inside, as byte-level BPE does."""
    tokens = []
    for word in re.findall(r" ?[A-Za-z]+| ?[0-9]+|[가-힣]| +|.", text, re.DOTALL):
        spelled = word.encode()
        if re.fullmatch("[가-힣]", word) and len(tokens) % 3 == 2:
            tokens += [spelled[:2], spelled[2:]]
        else:
            tokens.append(spelled)
    return tokens


def logprob_of(token, at, top):
    """As in the API; a token is the more probable, the more often its like comes out so."""
    chance = zlib.crc32(token + bytes([at % 251])) / 2**32
    probability = 0.04 + 0.95 * chance**0.35
    others = [other.encode() for other in (OTHERS if token.isascii() else KOREAN_OTHERS)]
    others = [other for other in others if other != token]
    others = others[at % 5:][:top - 1]
    rest = 1 - probability
    ranked = [(token, probability)]
    for number, other in enumerate(others):
        ranked.append((other, rest * 0.55 ** (number + 1)))
    ranked.sort(key=lambda pair: -pair[1])
    return {**entry(token, probability), "top_logprobs": [entry(*pair) for pair in ranked[:top]]}


def entry(token, probability):
    return {"token": token.decode(errors="replace"), "logprob": math.log(probability),
            "bytes": list(token)}
