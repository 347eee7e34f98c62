#!/usr/bin/env python3
"""Walks token sequences through the masks of llguidance or xgrammar: the rivals of constrain_check.

    constrain_rivals.py llguidance VOCABULARY.json CASES.ndjson SKIP

VOCABULARY is what `constrain_check MODEL` prints, CASES its results with schemas in them:
{"id", "schema", "tokens": [[id, …], …]}. Prints, for each case after the first SKIP, a line as
constrain_check does: {"id", "compiled", "error", "compile_us", "mask_us", "results"}.
A rival that ends the process is not stopped from it: constrain_against.py starts another one.
"""
import importlib.machinery
import json
import sys
import time
import types

import numpy


class LlGuidance:
    def __init__(self, vocabulary):
        import llguidance
        import llguidance.numpy
        self.module, self.masks = llguidance, llguidance.numpy
        tokens = [bytes.fromhex(token) for token in vocabulary["tokens"]]
        ends = vocabulary["ends"]
        by_bytes = {token: index for index, token in enumerate(tokens) if token}

        class Tokenizer:
            eos_token_id = ends[0]
            bos_token_id = None
            special_token_ids = [index for index, token in enumerate(tokens) if not token]

            def __call__(self, text):
                """Byte by byte: which tokens it would force does not count; see take()."""
                raw = text if isinstance(text, bytes) else text.encode()
                return [by_bytes[raw[i:i + 1]] for i in range(len(raw)) if raw[i:i + 1] in by_bytes]

        Tokenizer.tokens = [token or b"<%d>" % index for index, token in enumerate(tokens)]
        self.tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Tokenizer()))
        self.bitmask = self.masks.allocate_token_bitmask(1, len(tokens))

    def compile(self, schema):
        matcher = self.module.LLMatcher
        grammar = matcher.grammar_from_json_schema(
            schema, overrides={"whitespace_flexible": False, "item_separator": ",",
                               "key_separator": ":"})
        self.matcher = matcher(self.tokenizer, grammar, log_level=0)
        if error := self.matcher.get_error():
            raise ValueError(error)

    def begin(self):
        self.matcher.reset()

    def fill(self):
        self.masks.fill_next_token_bitmask(self.matcher, self.bitmask, 0)

    def take(self, token):
        """Not asked of the mask: where a text is forced, that has the tokenizer's cut alone.

        Tried, since a matcher that fails to consume a token stays in error beyond reset().
        """
        return self.matcher.try_consume_tokens([token]) == 1

    def may_end(self):
        return self.matcher.is_accepting()


class XGrammar:
    def __init__(self, vocabulary):
        stand_in_for_torch()
        import xgrammar
        self.module = xgrammar
        tokens = [bytes.fromhex(token) for token in vocabulary["tokens"]]
        info = xgrammar.TokenizerInfo(tokens, xgrammar.VocabType.RAW, vocab_size=len(tokens),
                                      stop_token_ids=vocabulary["ends"])
        self.compiler = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)
        self.ends = vocabulary["ends"]
        self.bitmask = numpy.zeros((1, (len(tokens) + 31) // 32), dtype=numpy.int32)

    def compile(self, schema):
        self.grammar = self.compiler.compile_json_schema(
            schema, any_whitespace=False, separators=(",", ":"), strict_mode=False)

    def begin(self):
        self.matcher = self.module.GrammarMatcher(self.grammar)

    def fill(self):
        self.matcher.fill_next_token_bitmask(self.bitmask)

    def take(self, token):
        return has(self.bitmask, token) and self.matcher.accept_token(token)

    def may_end(self):
        return any(has(self.bitmask, end) for end in self.ends)


def stand_in_for_torch():
    """xgrammar's matcher needs neither torch nor transformers, but names them when it is loaded."""
    class Named(type):
        def __getattr__(cls, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return cls

        def __call__(cls, *_, **__):
            return cls

    nothing = Named("Nothing", (), {})
    for name in ("torch", "transformers"):
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        module.__getattr__ = lambda wanted: getattr(nothing, wanted)
        sys.modules[name] = module


def has(bitmask, token):
    return (int(bitmask[0, token // 32]) >> (token % 32)) & 1 == 1


def walk(rival, tokens, mask_us):
    rival.begin()

    def fill():
        start = time.perf_counter()
        rival.fill()
        mask_us.append(round((time.perf_counter() - start) * 1e6, 2))

    for token in tokens:
        fill()
        if not rival.take(token):
            return False
    fill()
    return rival.may_end()


def check(rival, line):
    result = {"id": line["id"], "compiled": True}
    start = time.perf_counter()
    try:
        rival.compile(json.dumps(line["schema"], ensure_ascii=False))
    except Exception as error:  # Whatever it refuses a schema with.
        result |= {"compiled": False, "error": str(error)[:500]}
    result["compile_us"] = round((time.perf_counter() - start) * 1e6, 2)
    if result["compiled"]:
        mask_us = []
        try:
            result["results"] = [walk(rival, tokens, mask_us) for tokens in line["tokens"]]
            result["mask_us"] = mask_us
        except Exception as error:  # It compiled, and cannot be followed.
            result |= {"compiled": False, "error": str(error)[:500]}
    return result


def main():
    name, vocabulary, cases, skip = sys.argv[1:]
    with open(vocabulary, encoding="utf-8") as file:
        vocabulary = json.load(file)
    rival = {"llguidance": LlGuidance, "xgrammar": XGrammar}[name](vocabulary)
    with open(cases, encoding="utf-8") as file:
        for index, text in enumerate(file):
            if index >= int(skip):
                print(json.dumps(check(rival, json.loads(text))), flush=True)


if __name__ == "__main__":
    main()
