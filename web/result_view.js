// What is said under an answer: how the deadline went, and how fast it was.
import { element, setShare } from "./dom.js";
import { star } from "./icons.js";
import { timesOf, tokensOf, tokensPerSecond } from "./answer.js";
import { say } from "./i18n.js";

// Nothing while the answer is under way.
export function resultView(answer) {
  if (answer.state === "streaming" || answer.firstMs === null) return null;
  return element("div", { class: "result" }, verdict(answer), timeline(answer),
    element("p", { class: "facts" }, ...facts(answer)));
}

const fact = (key, values) => say(element("span"), key, values);

function verdict({ asked, result }) {
  if (!asked || !result) return null;
  const line = element("p", { class: `verdict ${result.met ? "met" : "missed"}` },
    star(result.met ? "full" : "hollow"),
    fact(result.met ? "result.met" : `result.missed.${result.missed || "total"}`));
  if (result.finished_early) line.append(fact("result.early"));
  return line;
}

function facts(answer) {
  const { firstMs, meanGapMs, maxGapMs, totalMs } = timesOf(answer);
  const { usage } = answer;
  const speed = tokensPerSecond(answer);
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  const said = [fact("result.first", { time: { ms: firstMs } })];
  if (meanGapMs !== null) {
    const times = { mean: { ms: meanGapMs }, max: { ms: maxGapMs } };
    said.push(fact(maxGapMs === null ? "result.gap" : "result.gapmax", times));
  }
  said.push(fact("result.total", { time: { ms: totalMs } }));
  if (speed !== null) said.push(fact("result.speed", { speed }));
  said.push(fact("result.tokens", { tokens: tokensOf(answer) }));
  if (cached > 0) said.push(fact("result.cached", { cached, prompt: usage.prompt_tokens }));
  if (answer.state === "stopped") said.push(fact("result.stopped"));
  if (answer.finish === "length") said.push(fact("result.length"));
  return said;
}

// From the request to the end: when the first token came, and the marks that it had to beat. For
// the eye only; the sentences say the same.
function timeline(answer) {
  const { asked } = answer;
  if (!asked) return null;
  const { firstMs, totalMs } = timesOf(answer);
  const end = 1.04 * Math.max(totalMs, asked.first_ms ?? 0, asked.total_ms ?? 0);
  const line = element("div", { class: "timeline", "aria-hidden": "true" });
  const put = (name, ms) => {
    const mark = element("span", { class: name });
    setShare(mark, "--at", ms / end);
    line.append(mark);
    return mark;
  };
  setShare(put("writing", firstMs), "--to", totalMs / end);
  if (asked.first_ms) put(firstMs <= asked.first_ms ? "mark kept" : "mark late", asked.first_ms);
  if (asked.total_ms) put(totalMs <= asked.total_ms ? "mark kept" : "mark late", asked.total_ms);
  put("first", firstMs);
  return line;
}
