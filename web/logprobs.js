// An answer as its tokens, each coloured by how probable the model found it. One stop of the Tab
// key for all of them; the arrow keys go from token to token, and a panel tells what the model
// would have said in its place.
import { element, setShare } from "./dom.js";
import { decimals, label, say, t } from "./i18n.js";

// A token's step of colour is the last of these that its probability reaches: 0 very unsure.
const STEPS = [0.05, 0.2, 0.5, 0.8, 0.95];
const stepOf = (probability) => STEPS.filter((bound) => probability >= bound).length;
const percent = (probability) => `${decimals(100 * probability, probability < 0.1 ? 1 : 0)}\u00a0%`;

// Shows what is not there yet; earlier tokens stay untouched.
export function renderTokens(target, tokens) {
  target.shown ??= { count: 0, decoder: new TextDecoder() };
  const { shown } = target;
  if (target.tokensOf !== tokens) {
    target.tokensOf = tokens;
    label(target, "tokens");
    target.setAttribute("role", "group");
    target.addEventListener("keydown", moveWithKeys);
  }
  for (const one of tokens.slice(shown.count)) {
    target.append(span(one, textOf(one, shown.decoder), target.children.length === 0));
  }
  shown.count = tokens.length;
}

// A token may end in the middle of a character, whose bytes then wait for the next token.
function textOf({ token, bytes }, decoder) {
  return bytes ? decoder.decode(new Uint8Array(bytes), { stream: true }) : token;
}

function span(one, text, isFirst) {
  const made = element("span", {
    class: text === "" ? "token partial" : "token",
    "data-step": stepOf(Math.exp(one.logprob)),
    tabindex: isFirst ? "0" : "-1",
  }, text);
  made.byeolToken = one;
  return made;
}

function moveWithKeys(event) {
  const spans = [...event.currentTarget.children];
  const at = spans.indexOf(event.target.closest(".token"));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: spans.length - 1 }[event.key];
  if (at < 0 || to === undefined || !spans[to]) return;
  event.preventDefault();
  spans[at].tabIndex = -1;
  spans[to].tabIndex = 0;
  spans[to].focus();
}

const visible = (text) => text.replaceAll("\n", "↵").replaceAll("\t", "⇥").replaceAll(" ", "␣");

// Bytes that are no whole character are shown as they are.
function nameOf({ token, bytes }) {
  if (!bytes) return visible(token);
  try {
    return visible(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)));
  } catch {
    return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
  }
}

// The panel: one for the page, shown for the token under the pointer or in focus.
export class TokenPanel {
  constructor(panel) {
    this.panel = panel;
    this.token = null;
    document.addEventListener("focusin", (event) => this.follow(event.target));
    document.addEventListener("mouseover", (event) => this.follow(event.target));
    document.addEventListener("scroll", () => this.scrolled(), true);
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  follow(target) {
    const token = target.closest?.(".token") ??
      (document.activeElement?.matches(".token:focus-visible") ? document.activeElement : null);
    if (!token) this.hide();
    else if (token !== this.token) this.show(token);
  }

  // A token that got the focus may have been scrolled into view.
  scrolled() {
    if (this.token && this.token === document.activeElement) this.place();
    else this.hide();
  }

  hide() {
    this.token?.removeAttribute("aria-describedby");
    this.token = null;
    this.panel.hidden = true;
  }

  show(token) {
    this.hide();
    this.token = token;
    const { byeolToken: chosen } = token;
    const share = percent(Math.exp(chosen.logprob));
    const others = (chosen.top_logprobs ?? []).map((other) => alternative(other, chosen));
    this.panel.replaceChildren(
      say(element("p", { class: "token-name" }), "token", { text: nameOf(chosen), share }),
      element("ol", { "aria-label": t("token.alternatives") }, ...others));
    this.panel.hidden = false;
    token.setAttribute("aria-describedby", this.panel.id);
    this.place();
  }

  place() {
    const beside = this.token.getClientRects()[0];
    const { offsetWidth: width, offsetHeight: height } = this.panel;
    const left = Math.min(Math.max(8, beside.left), window.innerWidth - width - 8);
    const below = beside.bottom + 6;
    const top = below + height < window.innerHeight ? below : beside.top - height - 6;
    this.panel.style.setProperty("left", `${left}px`);
    this.panel.style.setProperty("top", `${Math.max(8, top)}px`);
  }
}

function alternative(other, chosen) {
  const probability = Math.exp(other.logprob);
  const bar = element("span", { class: "bar" });
  setShare(bar, "--share", probability);
  return element("li", { class: other.token === chosen.token ? "chosen" : null },
    element("span", { class: "name" }, nameOf(other)), bar,
    element("span", { class: "share" }, percent(probability)));
}
