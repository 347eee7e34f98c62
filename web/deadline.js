// The deadline's controls: presets, three sliders whose right end means "no limit", and what to do
// on a miss. The value is what goes into the request; null: no deadline.
import { byId, element } from "./dom.js";
import { duration, say, t } from "./i18n.js";

const NONE = null;
const SCALES = {
  first_ms: [50, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000, 3000, 5000, 10000, NONE],
  gap_ms: [10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000, NONE],
  total_ms: [500, 1000, 1500, 2000, 3000, 4500, 6000, 8000, 10000, 15000, 20000, 30000, 60000,
    NONE],
};
const LABELS = { first_ms: "deadline.first", gap_ms: "deadline.gap", total_ms: "deadline.total" };
const MISSES = ["degrade", "finish", "abort"];
// Voice: what feels like a reply, at the pace of speech. Messenger: five seconds less the way.
const PRESETS = {
  none: {},
  chat: { first_ms: 1000, gap_ms: 150, on_miss: "degrade" },
  voice: { first_ms: 300, gap_ms: 80, on_miss: "degrade" },
  messenger: { total_ms: 4500, on_miss: "finish" },
};

export class DeadlineControls extends EventTarget {
  constructor() {
    super();
    this.sliders = {};
    this.presets = Object.keys(PRESETS).map((name) => this.preset(name));
    byId("deadline-presets").append(...this.presets);
    byId("deadline-sliders").append(...Object.keys(SCALES).map((name) => this.slider(name)));
    byId("deadline-misses").append(...MISSES.map((miss) => this.choice(miss)));
    document.addEventListener("languageswitch", () => this.show());
    this.set({});
  }

  preset(name) {
    return say(element("button", {
      type: "button", "data-preset": name, onclick: () => this.set(PRESETS[name]),
    }), `deadline.preset.${name}`);
  }

  slider(name) {
    const id = `deadline-${name}`;
    const output = element("output", { for: id });
    const input = element("input", {
      type: "range", id, min: 0, max: SCALES[name].length - 1, step: 1,
      oninput: () => this.changed(),
    });
    this.sliders[name] = { input, output };
    return element("div", { class: "field" },
      say(element("label", { for: id }), LABELS[name]), output, input);
  }

  choice(miss) {
    const id = `on-miss-${miss}`;
    const input = element("input", {
      type: "radio", name: "on_miss", id, value: miss, onchange: () => this.changed(),
    });
    return element("div", { class: "choice" }, input,
      say(element("label", { for: id }), `deadline.miss.${miss}`));
  }

  // {first_ms, gap_ms, total_ms, on_miss}, limits that are none left out; null where all are.
  get value() {
    const limits = {};
    for (const [name, { input }] of Object.entries(this.sliders)) {
      const ms = SCALES[name][Number(input.value)];
      if (ms !== NONE) limits[name] = ms;
    }
    if (Object.keys(limits).length === 0) return null;
    const { value: on_miss } = byId("deadline-misses").querySelector("input:checked");
    return { ...limits, on_miss };
  }

  set(deadline) {
    const { on_miss = "degrade", ...limits } = deadline ?? {};
    for (const [name, { input }] of Object.entries(this.sliders)) {
      input.value = nearest(SCALES[name], limits[name] ?? NONE);
    }
    const miss = MISSES.includes(on_miss) ? on_miss : "degrade";
    byId(`on-miss-${miss}`).checked = true;
    this.changed();
  }

  changed() {
    this.show();
    this.dispatchEvent(new Event("change"));
  }

  show() {
    for (const [name, { input, output }] of Object.entries(this.sliders)) {
      const ms = SCALES[name][Number(input.value)];
      const text = ms === NONE ? t("deadline.off") : duration(ms);
      output.textContent = text;
      input.setAttribute("aria-valuetext", text);
      input.classList.toggle("off", ms === NONE);
    }
    const { value } = this;
    byId("deadline-misses").disabled = value === null;
    for (const button of this.presets) {
      button.setAttribute("aria-pressed", String(same(PRESETS[button.dataset.preset], value)));
    }
  }
}

const sorted = (deadline) => JSON.stringify(Object.entries(deadline ?? {}).sort());
const same = (preset, value) => sorted(preset) === sorted(value);

// The step of a scale for a time; the last, which is no limit, for none.
function nearest(scale, ms) {
  return scale.findIndex((step) => step === NONE || (ms !== NONE && step >= ms));
}

// "first 300 ms · pace 80 ms", for the button at the message.
export function summary(deadline) {
  if (deadline === null) return t("deadline.none");
  return ["first", "gap", "total"].filter((part) => deadline[`${part}_ms`])
    .map((part) => t(`deadline.short.${part}`, { [part]: { ms: deadline[`${part}_ms`] } }))
    .join(" · ");
}
