// The messages of a chat, in memory only: a reload forgets them.

export class Conversation {
  messages = [];  // {role: "user", text} and answers (answer.js), in turns.

  ask(text) {
    this.messages.push({ role: "user", text });
  }

  begin(answer) {
    this.messages.push(answer);
  }

  clear() {
    this.messages = [];
  }

  lastOf(role) {
    return this.messages.findLast((message) => message.role === role) ?? null;
  }

  // Takes the last answer away, so that the question before it can be asked again.
  dropAnswer() {
    if (this.messages.at(-1)?.role === "assistant") this.messages.pop();
  }

  // Puts another text in the place of the last question; its answer goes.
  rewrite(text) {
    this.dropAnswer();
    this.messages.pop();
    this.ask(text);
  }

  // As the API wants it. An answer that failed before its first character is left out, and so is
  // the question that it left open when another one follows.
  toRequest(system) {
    const wanted = system === "" ? [] : [{ role: "system", content: system }];
    for (const { role, text } of this.messages) {
      if (text === "") continue;
      if (role === "user" && wanted.at(-1)?.role === "user") wanted.pop();
      wanted.push({ role, content: text });
    }
    return wanted;
  }
}
