// One answer: what came so far, what was asked of it, and how it went. Plain state; times are
// milliseconds since the request was sent, as the page saw them.

export function newAnswer(deadline) {
  return {
    role: "assistant",
    state: "streaming",  // then "done", "stopped" or "failed"
    id: "",
    text: "",
    reasoning: "",
    tokens: [],          // As in the API: {token, logprob, bytes, top_logprobs}.
    finish: null,        // finish_reason
    asked: deadline,     // What the request asked for; null: nothing.
    result: null,        // What the server says about the deadline.
    usage: null,
    pieces: 0,           // Chunks with text: tokens, where the server does not count them.
    firstMs: null,
    lastMs: null,
    error: null,
  };
}

export function take(answer, chunk, atMs) {
  answer.id ||= chunk.id ?? "";
  if (chunk.usage) answer.usage = chunk.usage;
  const choice = chunk.choices?.[0];
  const ownResult = chunk.deadline ?? choice?.deadline;
  if (ownResult) answer.result = ownResult;
  if (!choice) return;
  const text = choice.delta?.content ?? "";
  const reasoning = choice.delta?.reasoning_content ?? "";
  if (text !== "" || reasoning !== "") {
    answer.firstMs ??= atMs;
    answer.lastMs = atMs;
    answer.pieces += 1;
  }
  answer.text += text;
  answer.reasoning += reasoning;
  answer.tokens.push(...choice.logprobs?.content ?? []);
  if (choice.finish_reason) answer.finish = choice.finish_reason;
}

export const tokensOf = (answer) => answer.usage?.completion_tokens ?? answer.pieces;

// Of the tokens after the first; null where there are too few to tell.
export function tokensPerSecond(answer) {
  const tokens = tokensOf(answer);
  const span = answer.lastMs - answer.firstMs;
  return tokens > 1 && span > 0 ? (1000 * (tokens - 1)) / span : null;
}

// The server's own measure where it gives one; the network's delay is not the scheduler's.
export function timesOf(answer) {
  const { result } = answer;
  const gaps = tokensOf(answer) - 1;
  return {
    firstMs: result?.first_ms ?? answer.firstMs,
    meanGapMs: result?.mean_gap_ms ?? (gaps > 0 ? (answer.lastMs - answer.firstMs) / gaps : null),
    maxGapMs: result?.max_gap_ms ?? null,
    totalMs: result?.total_ms ?? answer.lastMs,
  };
}
