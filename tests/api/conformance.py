"""Whether an answer is as OpenAI's API has it: by method, path and status, from its very bytes.

    problems("POST", "/v1/chat/completions", 200, "text/event-stream", body)     a list of sentences

A stream that was left early is judged as far as it came (`whole=False`).
"""
import json

import openai_schema

SHAPES = {("POST", "/v1/chat/completions"): "CreateChatCompletionResponse",
          ("POST", "/v1/completions"): "CreateCompletionResponse",
          ("POST", "/v1/responses"): "Response",
          ("POST", "/v1/responses/input_tokens"): "TokenCountsResource",
          ("POST", "/v1/embeddings"): "CreateEmbeddingResponse",
          ("GET", "/v1/models"): "ListModelsResponse",
          ("POST", "/tokenize"): "TokenizeResponse",
          ("POST", "/detokenize"): "DetokenizeResponse"}
STREAMED = {"/v1/chat/completions": "CreateChatCompletionStreamResponse",
            "/v1/completions": "CreateCompletionStreamResponse"}


def shape_of(method, path):
    if path.startswith("/v1/models/"):
        return "Model"
    if path.startswith("/v1/responses/") and (method, path) not in SHAPES:
        if path.endswith("/input_items"):
            return "ResponseItemList"
        return "DeletedResponse" if method == "DELETE" else "Response"
    return SHAPES.get((method, path))


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse_json(text):
    return json.loads(text, parse_constant=no_constant)


def split_events(body):
    """[(event or None, data)]; ValueError where the bytes are not the form that all clients read:
    an optional event line and one data line, then an empty line; comments in between."""
    events = []
    blocks = body.decode().split("\n\n")
    for block in blocks[:-1]:  # What follows the last empty line has not come whole.
        lines = block.split("\n")
        if all(line.startswith(":") for line in lines):
            continue
        event = lines.pop(0).removeprefix("event: ") if lines[0].startswith("event: ") else None
        if len(lines) != 1 or not lines[0].startswith("data: "):
            raise ValueError(f"not an event: {block[:200]!r}")
        events.append((event, lines[0].removeprefix("data: ")))
    return events


def chunk_problems(shape, events):
    """Of a stream of chunks: one head, the choices in their order, an end."""
    found, heads, ended = [], set(), set()
    for event, data in events:
        if event is not None:
            found.append(f"chunks have no event line: {event!r}")
        chunk = parse_json(data)
        if "error" in chunk:
            found += [openai_schema.problem("ErrorResponse", chunk)]
            continue
        found.append(openai_schema.problem(shape, chunk))
        heads.add((chunk["id"], chunk["created"], chunk["model"]))
        for choice in chunk["choices"]:
            if choice["index"] in ended:
                found.append(f"choice {choice['index']} goes on behind its end")
            if choice["finish_reason"] is not None:
                ended.add(choice["index"])
    if len(heads) > 1:
        found.append(f"chunks of one stream differ in their head: {heads}")
    return found


def response_problems(events):
    found, last = [], None
    for event, data in events:
        json_ = parse_json(data)
        found.append(openai_schema.problem("ResponseStreamEvent", json_))
        if event != json_["type"]:
            found.append(f"the event line says {event!r} and the data {json_['type']!r}")
        number = json_["sequence_number"]
        if last is not None and number != last + 1:
            found.append(f"sequence number {number} follows {last}")
        last = number
    return found


def stream_problems(path, body, whole):
    events = split_events(body)
    found = []
    if whole:
        failed = events and '"error"' in events[-1][1][:20]
        if not (events and events[-1] == (None, "[DONE]")) and not failed:
            found.append(f"the stream ends with {events[-1:]}, not with [DONE]")
        if not body.endswith(b"\n\n"):
            found.append("the stream ends within an event")
    events = [event for event in events if event[1] != "[DONE]"]
    if path in STREAMED:
        return found + chunk_problems(STREAMED[path], events)
    return found + response_problems(events) if path.startswith("/v1/responses") else found


def problems(method, path, status, content_type, body, whole=True):
    path = path.partition("?")[0]
    try:
        if content_type.startswith("text/event-stream"):
            found = stream_problems(path, body, whole)
        elif not whole or method == "HEAD" or status == 204:
            return []
        elif status >= 400:
            found = [openai_schema.problem("ErrorResponse", parse_json(body))]
        else:
            shape = shape_of(method, path)
            found = [openai_schema.problem(shape, parse_json(body))] if shape else []
    except (ValueError, KeyError, TypeError) as error:
        found = [f"{type(error).__name__}: {error}"]
    return [f"{method} {path} {status}: {problem}" for problem in found if problem]
