// Keeps the live view's stream open while it can be seen, and comes back when it breaks.
import { ApiError, streamScheduler } from "./api.js";

const AGAIN_MS = [500, 1000, 2000, 5000];

export class Live {
  constructor(view) {
    this.view = view;
    this.wanted = false;
    document.addEventListener("visibilitychange", () => this.fit());
  }

  set(wanted) {
    this.wanted = wanted;
    this.fit();
  }

  restart() {
    this.close();
    this.fit();
  }

  fit() {
    const open = this.wanted && !document.hidden;
    if (open && !this.aborter) this.run();
    else if (!open) this.close();
  }

  close() {
    this.aborter?.abort();
    this.aborter = null;
  }

  async run() {
    const aborter = new AbortController();
    const { signal } = aborter;
    this.aborter = aborter;
    this.view.status("live.connecting");
    for (let failures = 0; !signal.aborted;) {
      try {
        for await (const state of streamScheduler(signal)) {
          failures = 0;
          this.view.show(state);
        }
      } catch (failure) {
        if (signal.aborted) return;
        if (!(failure instanceof ApiError) && failure.name !== "TypeError") throw failure;
        if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
          this.view.status(failure.status === 404 ? "live.absent" : "error.key");
          return;  // A key or another server brings it back: restart().
        }
      }
      if (signal.aborted) return;
      this.view.status("live.lost");
      const wait = AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)];
      failures += 1;
      await new Promise((wake) => setTimeout(wake, wait));
    }
  }
}
