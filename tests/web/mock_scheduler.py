"""A scheduler's live view, made up: the same few turns come again every ten seconds."""
import math

PERIOD_S = 10
CAPACITY_TOKENS = 16384
PREFILL_PER_S = 400
# (class, arrives at, prompt, of it cached, answer, first_ms, gap_ms, guaranteed)
WORKLOAD = [
    ("realtime", 0.0, 420, 384, 90, 300, 80, True),
    ("priority", 0.6, 900, 256, 120, 2500, 100, True),
    ("default", 1.2, 640, 0, 110, None, None, False),
    ("flex", 1.8, 2400, 1024, 90, None, None, False),
    ("realtime", 4.4, 460, 448, 80, 300, 80, True),
    ("default", 6.0, 380, 320, 70, 4000, 150, True),
]


def turn_at(number, now_s, spec):
    """The turn in its `number`-th run, or None where it is not there (yet, any more)."""
    kind, arrives, prompt, cached, answer, first_ms, gap_ms, guaranteed = spec
    since = now_s - arrives
    wait = {"realtime": 0.02, "priority": 0.3, "default": 0.5, "flex": 1.0}[kind]
    prefill_s = (prompt - cached) / PREFILL_PER_S
    rate = 20 if kind != "flex" else 14
    decode_s = answer / rate
    if not 0 <= since < wait + prefill_s + decode_s:
        return None
    turn = {"id": f"turn-{number}-{kind}-{arrives}", "class": kind, "prompt_tokens": prompt,
            "cached_tokens": cached, "generated_tokens": 0, "max_tokens": answer,
            "guaranteed": guaranteed, "slack_ms": None}
    if since < wait:
        turn |= {"phase": "waiting", "prompt_done": 0}
    elif since < wait + prefill_s:
        done = cached + int(PREFILL_PER_S * (since - wait))
        turn |= {"phase": "prefill", "prompt_done": min(prompt, done)}
    else:
        generated = int(rate * (since - wait - prefill_s)) + 1
        turn |= {"phase": "decode", "prompt_done": prompt, "generated_tokens": generated}
    if first_ms is not None:
        first_due = first_ms / 1000 + turn["generated_tokens"] * gap_ms / 1000
        left = max(0.0, wait + prefill_s - since)
        turn["slack_ms"] = round(1000 * (first_due - since - left), 1)
    return turn


def turns_at(now_s):
    run, moment = divmod(now_s, PERIOD_S)
    turns = []
    for ago in (0, 1):  # A turn may reach into the next period.
        turns += [turn_at(int(run) - ago, moment + ago * PERIOD_S, spec) for spec in WORKLOAD]
    return [turn for turn in turns if turn is not None]


def view_at(now_s, own_turns, refused):
    """own_turns: of the mock server itself, in the same form."""
    turns = own_turns + turns_at(now_s)
    decodes = sum(turn["phase"] == "decode" for turn in turns)
    reading = [turn for turn in turns if turn["phase"] == "prefill"]
    steps = int(now_s * 20)
    prefill = min(32, 12 * len(reading) + steps * 7 % 9) if reading else 0
    predicted = 9 + 0.9 * decodes + 0.42 * prefill
    took = predicted * (1 + 0.12 * math.sin(steps * 1.7))
    used = sum(turn["prompt_done"] + turn["generated_tokens"] for turn in turns)
    return {
        "now_ms": round(1000 * now_s), "turns": turns,
        "step": {"rows": decodes + prefill, "prefill_tokens": prefill, "decodes": decodes,
                 "predicted_ms": round(predicted, 2), "took_ms": round(took, 2)},
        "kv": {"used_tokens": used, "capacity_tokens": CAPACITY_TOKENS, "prefix_tokens": 4352},
        "counters": {"admitted": 128 + int(now_s * 0.6), "refused": 3 + refused, "missed": 1,
                     "steps": steps},
    }
