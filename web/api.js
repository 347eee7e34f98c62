// The server's API, as the page uses it. Addresses are relative to the page, so it also works
// behind a proxy that puts the server in a folder.
import { events } from "./sse.js";
import { apiKey } from "./store.js";

// What went wrong, for error_view.js to say. kind: "offline", "status", "broken" (the server said
// so in the middle of the answer), "cut" (the connection ended early).
export class ApiError extends Error {
  constructor(kind, { status = 0, detail = "", code = null, retryMs = null, final = false } = {}) {
    super(detail || kind);
    Object.assign(this, { kind, status, detail, code, retryMs, final });
  }
}

async function call(path, { body, signal } = {}) {
  const headers = {};
  if (apiKey() !== "") headers.Authorization = `Bearer ${apiKey()}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method: body === undefined ? "GET" : "POST",
      headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new ApiError("offline");
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response) {
  const { error } = await response.json().catch(() => ({}));
  return new ApiError("status", {
    status: response.status,
    detail: error?.message ?? "",
    code: error?.code ?? null,
    retryMs: retryAfterMs(response.headers),
    final: response.headers.get("x-should-retry") === "false",
  });
}

function retryAfterMs(headers) {
  const ms = Number.parseFloat(headers.get("retry-after-ms"));
  if (Number.isFinite(ms)) return ms;
  const seconds = Number.parseFloat(headers.get("retry-after"));
  return Number.isFinite(seconds) ? 1000 * seconds : null;
}

export async function listModels() {
  const { data } = await (await call("v1/models")).json();
  return data ?? [];
}

// The chunks of an answer. Throws an ApiError, or an AbortError after signal.
export async function* streamChat(body, signal) {
  const response = await call("v1/chat/completions", { body, signal });
  try {
    for await (const data of events(response.body)) {
      if (data.startsWith("[DONE]")) return;
      const chunk = JSON.parse(data);
      if (chunk.error) {
        throw new ApiError("broken", { detail: chunk.error.message, code: chunk.error.code });
      }
      yield chunk;
    }
  } catch (failure) {
    if (failure instanceof ApiError || failure.name === "AbortError") throw failure;
    throw new ApiError("cut");
  }
  throw new ApiError("cut");  // No [DONE].
}

// What the scheduler does, about five times a second.
export async function* streamScheduler(signal) {
  const response = await call("v1/byeol/scheduler?stream=true", { signal });
  for await (const data of events(response.body)) yield JSON.parse(data);
}
