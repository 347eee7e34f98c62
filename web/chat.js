// The conversation's life: sends, streams, stops, asks again; keeps the page in step with it.
import { ApiError, streamChat } from "./api.js";
import { newAnswer, take } from "./answer.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { AnswerView, QuestionView } from "./message_view.js";
import { copyText } from "./clipboard.js";

const NEAR_PX = 80;  // Who reads further up is not scrolled away.

export class Chat extends EventTarget {
  conversation = new Conversation();
  views = [];
  probabilities = false;
  aborter = null;

  // model(): the name to ask for.
  constructor(settings, announcer, model) {
    super();
    Object.assign(this, { settings, announcer, model });
    this.list = byId("messages");
    this.scroller = byId("conversation");
    this.actions = {
      copy: copyText,
      rewrite: (text) => this.rewrite(text),
      regenerate: (how) => this.regenerate(how),
      announce: (text) => announcer.say(text),
    };
  }

  get busy() {
    return this.aborter !== null;
  }

  // The server's name of the answer under way.
  get turnId() {
    return this.busy ? this.conversation.lastOf("assistant")?.id : null;
  }

  send(text) {
    if (this.busy) return;
    this.conversation.ask(text);
    this.answer();
  }

  stop() {
    this.aborter?.abort();
  }

  clear() {
    this.stop();
    this.conversation.clear();
    this.rebuild();
  }

  rewrite(text) {
    if (this.busy) return;
    this.conversation.rewrite(text);
    this.answer();
  }

  // relaxed: without the deadline.
  regenerate({ relaxed = false } = {}) {
    if (this.busy) return;
    this.conversation.dropAnswer();
    this.answer(relaxed);
  }

  showProbabilities(on) {
    this.probabilities = on;
    this.update();
  }

  async answer(relaxed = false) {
    const wanted = this.settings.request();
    if (relaxed) delete wanted.deadline;
    const body = {
      model: this.model(), messages: this.conversation.toRequest(this.settings.system),
      stream: true, stream_options: { include_usage: true }, ...wanted,
    };
    if (this.probabilities) Object.assign(body, { logprobs: true, top_logprobs: 5 });
    const answer = newAnswer(wanted.deadline ?? null);
    const aborter = new AbortController();
    this.aborter = aborter;
    this.conversation.begin(answer);
    this.rebuild();
    this.scroll(true);
    this.announcer.begin();
    this.dispatchEvent(new Event("begin"));
    try {
      const began = performance.now();
      for await (const chunk of streamChat(body, aborter.signal)) {
        take(answer, chunk, performance.now() - began);
        this.announcer.follow(answer.text);
        this.draw();
      }
      answer.state = "done";
    } catch (failure) {
      answer.state = failure.name === "AbortError" ? "stopped" : "failed";
      if (failure instanceof ApiError) answer.error = failure;
      else if (answer.state === "failed") throw failure;
    } finally {
      if (this.aborter === aborter) this.aborter = null;
      this.announcer.end(answer.text, answer.state === "done");
      this.update();
      this.dispatchEvent(new CustomEvent("end", { detail: answer }));
    }
  }

  // At most once a frame, however fast tokens come.
  draw() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => this.update());
  }

  rebuild() {
    const views = new Map(this.views.map((view) => [view.message ?? view.answer, view]));
    this.views = this.conversation.messages.map((message) => views.get(message) ??
      (message.role === "user" ? new QuestionView(message, this.actions)
                               : new AnswerView(message, this.actions)));
    this.list.replaceChildren(...this.views.map((view) => view.root));
    byId("empty").hidden = this.views.length > 0;
    this.update();
  }

  update() {
    cancelAnimationFrame(this.drawing);
    this.drawing = null;
    const { busy, probabilities, conversation } = this;
    const last = { user: conversation.lastOf("user"), assistant: conversation.messages.at(-1) };
    for (const view of this.views) {
      const message = view.message ?? view.answer;
      view.update({ isLast: message === last[message.role], busy, probabilities });
    }
    this.scroll(false);
  }

  scroll(anyway) {
    const { scroller } = this;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    const stayed = this.following && this.wasAt === scroller.scrollTop;
    this.following = anyway || stayed || below < NEAR_PX;
    if (this.following) scroller.scrollTop = scroller.scrollHeight;
    this.wasAt = scroller.scrollTop;
  }
}
