// The live view: a strip per turn, the last steps, the memory of conversations, the counters.
import { byId, element, setShare } from "./dom.js";
import { decimals, label, say, t } from "./i18n.js";
import { star } from "./icons.js";
import { Sparkline } from "./sparkline.js";

const STRIPS_MAX = 8;
const SLACK_MS = 1000;  // At least what a full bar of slack stands for.
const SHORT_MS = 100;
const COUNTERS = ["admitted", "refused", "missed", "steps"];

export class SchedulerView {
  strips = new Map();
  lastSteps = -1;

  // mine(): the id of this page's own turn.
  constructor(mine) {
    this.mine = mine;
    this.rows = new Sparkline(byId("live-rows"),
      [{ name: "decodes", kind: "bar" }, { name: "prefill", kind: "bar" }]);
    this.times = new Sparkline(byId("live-times"),
      [{ name: "took", kind: "bar" }, { name: "predicted", kind: "line" }]);
    this.counters = COUNTERS.map((name) => {
      const figure = element("dd", {}, "–");
      byId("live-counters").append(element("div", { class: name },
        say(element("dt"), `live.${name}`), figure));
      return figure;
    });
  }

  status(key) {
    byId("live-status").hidden = key === null;
    byId("live-body").classList.toggle("stale", key !== null);
    if (key !== null) say(byId("live-status"), key);
  }

  show(view) {
    this.status(null);
    this.showTurns(view.turns);
    this.showStep(view.step, view.counters.steps);
    this.showMemory(view.kv);
    COUNTERS.forEach((name, at) => {
      this.counters[at].textContent = decimals(view.counters[name], 0);
    });
  }

  showTurns(turns) {
    const shown = turns.slice(0, STRIPS_MAX);
    const ids = new Set(shown.map((turn) => turn.id));
    const slackMs = Math.max(SLACK_MS, ...shown.map((turn) => turn.slack_ms ?? 0));
    for (const [id, strip] of this.strips) {
      if (ids.has(id)) continue;
      strip.root.remove();
      this.strips.delete(id);
    }
    for (const turn of shown) {
      let strip = this.strips.get(turn.id);
      if (!strip) {
        strip = new Strip(turn);
        this.strips.set(turn.id, strip);
        byId("live-turns").append(strip.root);
      }
      strip.show(turn, turn.id === this.mine(), slackMs);
    }
    byId("live-idle").hidden = turns.length > 0;
    byId("live-more").hidden = turns.length <= STRIPS_MAX;
    say(byId("live-more"), "live.more", { count: turns.length - STRIPS_MAX });
  }

  // The same step may be told twice; it is drawn once.
  showStep(step, steps) {
    if (!step || steps === this.lastSteps) return;
    this.lastSteps = steps;
    this.rows.push({ prefill: step.prefill_tokens, decodes: step.decodes });
    this.times.push({ took: step.took_ms, predicted: step.predicted_ms });
    say(byId("live-took"), "live.took", { took: { ms: step.took_ms } });
    say(byId("live-predicted"), "live.predicted", { predicted: { ms: step.predicted_ms } });
  }

  showMemory({ used_tokens: used, prefix_tokens: prefix, capacity_tokens: capacity }) {
    setShare(byId("live-memory"), "--used", used / capacity);
    setShare(byId("live-memory"), "--kept", prefix / capacity);
    say(byId("live-used"), "live.memory.used", { used });
    say(byId("live-prefix"), "live.memory.prefix", { prefix });
    say(byId("live-capacity"), "live.memory.free", { capacity });
  }
}

// One turn: its prompt is read from the left, then its answer is written.
class Strip {
  constructor(turn) {
    this.name = element("span", { class: "badge" });
    this.own = say(element("span", { class: "badge own", hidden: true }), "live.mine");
    this.phase = element("span", { class: "phase" });
    this.promise = star();
    this.promised = say(element("span", { class: "unseen" }), "live.guaranteed");
    this.slack = element("span", { class: "slack-text" });
    this.work = element("div", { class: "work", "aria-hidden": "true" },
      element("span", { class: "cached" }), element("span", { class: "prompt" }),
      element("span", { class: "output" }), element("span", { class: "border" }));
    this.rest = element("div", { class: "slack", "aria-hidden": "true" });
    this.root = element("li", { class: "strip", "data-turn": turn.id },
      element("div", { class: "line" }, this.promise, this.promised, this.name, this.own,
        this.phase, this.slack),
      this.work, this.rest);
  }

  show(turn, isMine, slackMs) {
    this.root.dataset.phase = turn.phase;
    this.root.dataset.class = turn.class;
    this.own.hidden = !isMine;
    this.promise.classList.toggle("full", turn.guaranteed);
    this.promise.classList.toggle("hollow", !turn.guaranteed);
    this.promised.hidden = !turn.guaranteed;
    say(this.name, `live.class.${turn.class}`);
    const done = turn.phase === "prefill" ? turn.prompt_done : turn.generated_tokens;
    say(this.phase, `live.phase.${turn.phase}`, { done, all: turn.prompt_tokens });
    this.showWork(turn);
    this.showSlack(turn.slack_ms, slackMs);
  }

  showWork(turn) {
    const { prompt_tokens: prompt, max_tokens: answer, cached_tokens: cached } = turn;
    const part = Math.min(0.7, Math.max(0.3, prompt / (prompt + answer || 1)));
    const isRead = turn.phase === "decode" ? prompt : turn.prompt_done;
    setShare(this.work, "--border", part);
    setShare(this.work, "--cached", part * (cached / prompt));
    setShare(this.work, "--read", part * (isRead / prompt));
    setShare(this.work, "--output", (1 - part) * (turn.generated_tokens / (answer || 1)));
  }

  // All strips share a scale, so the shortest bar is who is next in need.
  showSlack(ms, fullMs) {
    this.rest.hidden = ms === null;
    if (ms === null) {
      say(this.slack, "live.free");
      return;
    }
    setShare(this.rest, "--rest", ms / fullMs);
    this.rest.classList.toggle("short", ms < SHORT_MS);
    this.root.classList.toggle("late", ms < 0);
    if (ms < 0) say(this.slack, "live.late", { late: { ms: Math.round(-ms) } });
    else say(this.slack, "live.slack", { slack: { ms: Math.round(ms) } });
  }
}
