// Tells a screen reader of an answer while it comes: in whole sentences, politely, instead of a
// word at a time.
import { t } from "./i18n.js";

const SENTENCE_END = /(?<!\d)[.!?…。！？](?=\s)|\n/g;  // Not the "2." of a list.

export class Announcer {
  constructor(region) {
    this.region = region;
    this.spoken = 0;
  }

  say(text) {
    if (text === "") return;
    const line = document.createElement("p");
    line.textContent = text;
    this.region.append(line);
  }

  begin() {
    this.spoken = 0;
    this.region.replaceChildren();
    this.say(t("answering"));
  }

  // Speaks the sentences of `text` that are complete and were not spoken yet.
  follow(text) {
    const end = [...text.matchAll(SENTENCE_END)].at(-1);
    if (!end) return;
    const upTo = end.index + end[0].length;
    if (upTo <= this.spoken) return;
    this.say(text.slice(this.spoken, upTo).trim());
    this.spoken = upTo;
  }

  end(text, complete) {
    this.say(text.slice(this.spoken).trim());
    this.spoken = text.length;
    if (complete) this.say(t("answered"));
  }
}
