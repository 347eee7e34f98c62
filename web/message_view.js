// A message on the page. A view is updated in place while its answer comes.
import { element, isSending } from "./dom.js";
import { label, say } from "./i18n.js";
import { icon, star } from "./icons.js";
import { errorView } from "./error_view.js";
import { render } from "./markdown.js";
import { renderTokens } from "./logprobs.js";
import { resultView } from "./result_view.js";

const iconButton = (name, key, onclick) =>
  label(element("button", { type: "button", class: "icon-button", onclick }, icon(name)), key);

export class QuestionView {
  constructor(message, actions) {
    this.message = message;
    this.actions = actions;
    this.root = element("article", { class: "message question" });
    this.show();
  }

  show() {
    this.editButton = iconButton("edit", "edit", () => this.edit());
    this.root.replaceChildren(
      say(element("h2", { class: "unseen" }), "you"),
      element("p", { class: "bubble" }, this.message.text),
      element("div", { class: "actions" }, this.editButton,
        iconButton("copy", "copy", (event) => this.actions.copy(this.message.text, event))));
    this.update({ isLast: this.isLast ?? true, busy: this.busy ?? false });
  }

  update({ isLast, busy }) {
    Object.assign(this, { isLast, busy });
    this.editButton.hidden = !isLast;
    this.editButton.disabled = busy;
  }

  edit() {
    const text = label(element("textarea", { rows: 3 }), "edit.label");
    text.value = this.message.text;
    const save = () => {
      if (text.value.trim() !== "") this.actions.rewrite(text.value.trim());
    };
    const cancel = () => {
      this.show();
      this.editButton.focus();
    };
    text.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        cancel();
      } else if (isSending(event)) {
        event.preventDefault();
        save();
      }
    });
    this.root.replaceChildren(element("div", { class: "editor" }, text,
      element("div", { class: "buttons" },
        say(element("button", { type: "button", class: "primary", onclick: save }), "edit.save"),
        say(element("button", { type: "button", onclick: cancel }), "edit.cancel"))));
    text.focus();
  }
}

export class AnswerView {
  constructor(answer, actions) {
    this.answer = answer;
    this.actions = actions;
    this.mark = star();
    this.thoughts = element("details", { class: "thoughts", hidden: true },
      say(element("summary"), "thoughts"), element("p"));
    this.prose = element("div", { class: "prose" });
    this.tokens = element("div", { class: "tokens", hidden: true });
    this.foot = element("div", { class: "foot" });
    this.again = iconButton("redo", "regenerate", () => actions.regenerate());
    this.copy = iconButton("copy", "copy", (event) => actions.copy(answer.text, event));
    this.buttons = element("div", { class: "actions" }, this.copy, this.again);
    this.root = element("article", { class: "message answer" },
      say(element("h2", { class: "unseen" }), "byeol"), this.mark,
      element("div", { class: "body" }, this.thoughts, this.prose, this.tokens, this.foot,
        this.buttons));
  }

  update({ isLast, busy, probabilities }) {
    const { answer } = this;
    const asTokens = probabilities && answer.tokens.length > 0;
    this.root.dataset.state = answer.state;
    this.mark.classList.toggle("twinkling", answer.state === "streaming");
    this.mark.classList.toggle("full", answer.result?.met === true && answer.asked !== null);
    this.thoughts.hidden = answer.reasoning === "";
    this.thoughts.lastElementChild.textContent = answer.reasoning;
    this.prose.hidden = asTokens;
    this.tokens.hidden = !asTokens;
    if (asTokens) renderTokens(this.tokens, answer.tokens);
    else render(this.prose, answer.text);
    this.buttons.hidden = answer.state === "streaming";
    this.copy.hidden = answer.text === "";
    this.again.hidden = !isLast || answer.state === "failed";
    this.again.disabled = busy;
    if (answer.state !== "streaming") this.end(isLast);
  }

  // What stands under a finished answer is made once; only a failure's offers go when the
  // conversation has gone on.
  end(isLast) {
    const { answer, actions } = this;
    if (!this.ended) {
      this.ended = true;
      const result = resultView(answer);
      if (result) this.foot.append(result);
      if (answer.error) {
        this.failure = errorView(answer.error, answer.asked !== null,
          { retry: () => actions.regenerate(), relax: () => actions.regenerate({ relaxed: true }) },
          actions.announce);
        this.foot.append(this.failure);
      }
    }
    this.failure?.querySelector(".buttons").toggleAttribute("hidden", !isLast);
  }
}
