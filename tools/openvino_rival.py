#!/usr/bin/env python3
"""Runs a GGUF file in OpenVINO GenAI and prints its speed: the rival `openvino` of bench_against.py

    PYTHONPATH="$(tools/rivals.py openvino)/site" tools/openvino_rival.py MODEL --prompt 512
    ... MODEL --generate 128 --sequences 8        decoding: tokens after each sequence's prompt

One JSON line: {"tokens_per_s": 123.4}, of the prompts' tokens, or with --generate of the tokens
that are written after them. What counts is the time inside inference: nothing is sampled in our
own bench nor in llama-bench. The prompts are token ids, so no tokenizer decides their length.
"""
import argparse
import json
import os
import re
import sys

# With AVX2 alone OpenVINO computes in f32 on weights unpacked on the fly. Where AVX-512 exists it
# asks for bf16 and 8-bit activations all the same, and then the capped oneDNN has no such code.
PROPERTIES = {"native": {}, "avx2": {"INFERENCE_PRECISION_HINT": "f32",
                                     "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}}
WARM_UP_TOKENS = 4
SMALLEST_VOCABULARY = 250  # Ids below this exist in every model with a byte in its vocabulary.


def reason(error):
    """OpenVINO says on several lines where it gave up, with its builders' folders, and then why."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return re.sub(r"/\S+/", "", lines[-1]) if lines else "it gives no reason"


def load(genai, options):
    try:
        return genai.LLMPipeline(options.model, "CPU", INFERENCE_NUM_THREADS=options.threads,
                                 **PROPERTIES[options.isa])
    except Exception as error:  # Whatever C++ threw: a missing key is an IndexError here.
        # It wants the file's tokenizer even where, as here, token ids come in. Its message names
        # the source file that gave up.
        of_tokenizer = "tokenizer" in str(error).lower()
        sys.exit(f"openvino cannot {'convert the tokenizer of' if of_tokenizer else 'load'} "
                 "this GGUF file: " + reason(error))


def generate(pipeline, options, first_id, tokens):
    """Milliseconds of inference: of the first step, which reads the prompts, and of all others."""
    import numpy
    import openvino
    import openvino_genai
    shape = (options.sequences, options.prompt)
    ids = numpy.arange(first_id, first_id + shape[0] * shape[1], dtype=numpy.int64)
    ids = (ids % SMALLEST_VOCABULARY).reshape(shape)
    inputs = openvino_genai.TokenizedInputs(openvino.Tensor(ids),
                                            openvino.Tensor(numpy.ones_like(ids)))
    metrics = pipeline.generate(inputs, max_new_tokens=tokens, ignore_eos=True,
                                do_sample=False).perf_metrics
    everything = metrics.get_inference_duration().mean
    if tokens == 1:
        return everything, 0.0
    steps = metrics.raw_metrics.token_infer_durations  # Microseconds.
    if len(steps) != tokens:
        sys.exit(f"openvino made {len(steps)} steps, not {tokens}")
    return steps[0] / 1000, everything - steps[0] / 1000


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a GGUF file")
    parser.add_argument("--prompt", type=int, default=1, help="tokens of each sequence's prompt")
    parser.add_argument("--generate", type=int, default=0, help="tokens written after it")
    parser.add_argument("--sequences", type=int, default=1, help="so many at once")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--isa", choices=sorted(PROPERTIES), default="native")
    parser.add_argument("--no-warmup", action="store_true", help="measure the very first run")
    return parser.parse_args()


def main():
    options = parse()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Or numpy, of no use here, would start threads.
    os.environ.pop("ONEDNN_MAX_CPU_ISA", None)
    if options.isa != "native":
        os.environ["ONEDNN_MAX_CPU_ISA"] = options.isa.upper()  # Read once, when oneDNN loads.
    import openvino_genai
    pipeline = load(openvino_genai, options)
    try:
        # Other ids than those measured: OpenVINO keeps prompts, and would read nothing again.
        if not options.no_warmup:
            generate(pipeline, options, 1, 1 + min(options.generate, WARM_UP_TOKENS))
        first, others = generate(pipeline, options, 0, 1 + options.generate)
    except RuntimeError as error:
        sys.exit("openvino loads this GGUF file but cannot run it: " + reason(error))
    tokens = options.sequences * (options.generate or options.prompt)
    milliseconds = others if options.generate else first
    print(json.dumps({"tokens_per_s": 1000 * tokens / milliseconds}))


if __name__ == "__main__":
    main()
