// A failure in plain words, with what can be done about it. A refusal that names a time counts it
// down and then offers to try again.
import { element } from "./dom.js";
import { say } from "./i18n.js";

function sentence(error, hadDeadline) {
  if (error.kind !== "status") return `error.${error.kind}`;
  if (error.code === "context_length_exceeded") return "error.context";
  if (error.status === 401) return "error.key";
  if (error.status === 403) return "error.forbidden";
  if (error.status === 404) return "error.missing";
  if (error.status === 429 || error.status === 503) {
    if (hadDeadline) return error.final ? "error.never" : "error.busy";
    return "error.full";
  }
  return error.status >= 500 ? "error.server" : "error.request";
}

// actions: {retry, relax}; relax sends without the deadline. announce(text) is told when the time
// has come.
export function errorView(error, hadDeadline, actions, announce) {
  const button = say(element("button", {
    type: "button", class: "primary", onclick: actions.retry,
  }), "error.retry");
  const wait = element("p", { class: "wait" });
  const view = element("div", { class: "error", role: "alert" },
    say(element("p", { class: "what" }), sentence(error, hadDeadline)));
  if (error.detail) view.append(element("p", { class: "detail", lang: "en" }, error.detail));
  const buttons = element("div", { class: "buttons" });
  if (!(hadDeadline && error.final)) {
    view.append(wait);
    buttons.append(button);
  }
  if (hadDeadline && error.kind === "status") {
    const relax = element("button", { type: "button", onclick: actions.relax });
    buttons.append(say(relax, "error.relax"));
  }
  view.append(buttons);
  if (error.retryMs !== null) countDown(error.retryMs, wait, button, announce);
  return view;
}

function countDown(ms, wait, button, announce) {
  const until = performance.now() + ms;
  button.disabled = true;
  wait.setAttribute("aria-live", "off");  // Read once with the alert, not every second.
  const tick = () => {
    const left = until - performance.now();
    if (left > 0) {
      say(wait, "error.wait", { time: { ms: 1000 * Math.ceil(left / 1000) } });
      setTimeout(tick, Math.min(left, left % 1000 || 1000));
      return;
    }
    button.disabled = false;
    say(wait, "error.ready");
    if (wait.isConnected) announce(wait.textContent);
  };
  tick();
}
