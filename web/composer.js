// The field for a message and what stands around it: Send and Stop, the deadline in short, the
// switch for probabilities.
import { byId, isSending } from "./dom.js";
import { label, say } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./deadline.js";

const SIZES_ITSELF = CSS.supports("field-sizing", "content");

export class Composer {
  constructor(chat, settings, openDeadline) {
    Object.assign(this, { chat, settings });
    this.field = byId("message");
    this.button = byId("send");
    this.field.addEventListener("input", () => this.show());
    this.field.addEventListener("keydown", (event) => {
      if (!isSending(event)) return;
      event.preventDefault();
      this.submit();
    });
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      if (chat.busy) chat.stop();
      else this.submit();
    });
    for (const ask of document.querySelectorAll("#empty button")) {
      ask.addEventListener("click", () => {
        this.field.value = ask.textContent;
        this.submit();
      });
    }
    byId("deadline-summary").addEventListener("click", openDeadline);
    byId("probabilities").addEventListener("click", () => {
      chat.showProbabilities(!chat.probabilities);
      byId("probabilities").setAttribute("aria-pressed", String(chat.probabilities));
      byId("legend").hidden = !chat.probabilities;
    });
    settings.addEventListener("change", () => this.showDeadline());
    document.addEventListener("languageswitch", () => this.showDeadline());
    chat.addEventListener("begin", () => this.show());
    chat.addEventListener("end", () => this.show());
    this.showDeadline();
    this.show();
  }

  submit() {
    const text = this.field.value.trim();
    if (text === "" || this.chat.busy) return;
    this.field.value = "";
    this.chat.send(text);
    this.field.focus();
  }

  show() {
    const { busy } = this.chat;
    if (!SIZES_ITSELF) {
      this.field.style.height = "auto";
      this.field.style.height = `${this.field.scrollHeight}px`;
    }
    this.button.replaceChildren(icon(busy ? "stop" : "send"));
    this.button.classList.toggle("stop", busy);
    label(this.button, busy ? "stop" : "send");
    this.button.disabled = !busy && this.field.value.trim() === "";
  }

  showDeadline() {
    const { value } = this.settings.deadline;
    byId("deadline-summary").querySelector("span").textContent = summary(value);
    byId("deadline-summary").classList.toggle("on", value !== null);
  }

  showContext(answer, contextTokens) {
    const used = answer.usage?.total_tokens;
    byId("context").hidden = !used || !contextTokens;
    if (used && contextTokens) say(byId("context"), "context", { used, all: contextTokens });
  }
}
