// The page's language: English or Korean, the browser's until the switch says otherwise.
//
// An element says which text it wants (`data-i18n`, `data-i18n-label`, `data-i18n-placeholder`), so
// a switch of language needs nothing but a walk over the page. Values of a text are remembered
// with the element: numbers and times are written anew in the other language, too.
import { recall, remember } from "./store.js";
import english from "./texts_en.js";
import korean from "./texts_ko.js";

const TEXTS = { en: english, ko: korean };
const ATTRIBUTES = { i18nLabel: "aria-label", i18nPlaceholder: "placeholder" };
const values = new WeakMap();

const wished = recall("language") ?? navigator.language.slice(0, 2);
let language = wished in TEXTS ? wished : "en";

export const currentLanguage = () => language;

export function setLanguage(to) {
  language = to;
  remember("language", to);
  translate(document);
  document.dispatchEvent(new Event("languageswitch"));
}

// A text of the page; `{name}` stands for values.name: a text, a number, or {ms: a time}.
export function t(key, named = {}) {
  const text = TEXTS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => name in named ? written(named[name]) : whole);
}

function written(value) {
  if (typeof value === "number") return decimals(value, value < 100 ? 1 : 0);
  if (value !== null && typeof value === "object" && "ms" in value) return duration(value.ms);
  return String(value);
}

export function decimals(value, digits) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

export function duration(ms) {
  if (Math.abs(ms) < 1000) return `${decimals(ms, Math.abs(ms) < 10 ? 1 : 0)}\u00a0ms`;
  const seconds = decimals(ms / 1000, Math.abs(ms) < 10000 ? 2 : 1);
  return language === "ko" ? `${seconds}초` : `${seconds}\u00a0s`;
}

// Gives an element a text that follows the language.
export function say(target, key, named = {}) {
  target.dataset.i18n = key;
  values.set(target, named);
  target.textContent = t(key, named);
  return target;
}

// Gives a control without words its name, for readers and as a tip.
export function label(target, key) {
  target.dataset.i18nLabel = key;
  target.setAttribute("aria-label", t(key));
  if (target.matches("button")) target.title = t(key);
  return target;
}

export function translate(root) {
  document.documentElement.lang = language;
  for (const one of root.querySelectorAll("[data-i18n]")) {
    one.textContent = t(one.dataset.i18n, values.get(one));
  }
  for (const [dataset, attribute] of Object.entries(ATTRIBUTES)) {
    const selector = `[data-${dataset.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}]`;
    for (const one of root.querySelectorAll(selector)) {
      one.setAttribute(attribute, t(one.dataset[dataset]));
      if (attribute === "aria-label" && one.matches("button")) one.title = t(one.dataset[dataset]);
    }
  }
}
