// The settings that go into a request, and their memory across reloads. The system prompt is
// remembered, too; the conversation and (beyond the tab) the API key are not.
import { byId, element } from "./dom.js";
import { decimals, say, t } from "./i18n.js";
import { apiKey, recall, remember, setApiKey } from "./store.js";
import { DeadlineControls } from "./deadline.js";

// `off`: the value at which a setting changes nothing, and is not sent.
const SAMPLING = [
  { name: "temperature", min: 0, max: 2, step: 0.05, initial: 0.8 },
  { name: "top_p", min: 0, max: 1, step: 0.01, initial: 0.95 },
  { name: "top_k", min: 0, max: 200, step: 1, initial: 40 },
  { name: "min_p", min: 0, max: 1, step: 0.01, initial: 0.05 },
  { name: "frequency_penalty", min: -2, max: 2, step: 0.1, initial: 0, off: 0 },
  { name: "presence_penalty", min: -2, max: 2, step: 0.1, initial: 0, off: 0 },
  { name: "repetition_penalty", min: 1, max: 2, step: 0.05, initial: 1, off: 1 },
];
const NUMBERS = [
  { name: "max_completion_tokens", min: 1, initial: 512 },
  { name: "seed", min: 0, initial: "" },
];
const TIERS = ["auto", "priority", "default", "flex"];

export class Settings extends EventTarget {
  constructor() {
    super();
    this.deadline = new DeadlineControls();
    this.inputs = {};
    byId("sampling").append(...SAMPLING.map((one) => this.slider(one)),
      ...NUMBERS.map((one) => this.number(one)));
    byId("tier").append(...TIERS.map((tier) =>
      say(element("option", { value: tier }), `tier.${tier}`)));
    byId("api-key").value = apiKey();
    byId("api-key").addEventListener("change", (event) => {
      setApiKey(event.target.value);
      this.dispatchEvent(new Event("key"));
    });
    byId("reset").addEventListener("click", () => this.reset());
    for (const input of [byId("system"), byId("tier")]) {
      input.addEventListener("input", () => this.changed());
    }
    document.addEventListener("languageswitch", () => this.showAll());
    this.setDefaults();
    this.restore();
    this.deadline.addEventListener("change", () => this.changed());
  }

  slider({ name, min, max, step }) {
    const output = element("output", { for: name });
    const input = element("input", { type: "range", id: name, min, max, step,
      "aria-describedby": `${name}-hint`, oninput: () => this.changed() });
    this.inputs[name] = { input, output };
    return this.field(name, output, input);
  }

  number({ name, min }) {
    const input = element("input", { type: "number", id: name, min, step: 1, inputmode: "numeric",
      "aria-describedby": `${name}-hint`, oninput: () => this.changed() });
    if (name === "seed") {
      input.dataset.i18nPlaceholder = "setting.seed.placeholder";
      input.placeholder = t("setting.seed.placeholder");
    }
    this.inputs[name] = { input, output: null };
    return this.field(name, input);
  }

  field(name, ...parts) {
    return element("div", { class: "field" },
      say(element("label", { for: name }), `setting.${name}`), ...parts,
      say(element("p", { class: "hint", id: `${name}-hint` }), `setting.${name}.hint`));
  }

  reset() {
    this.setDefaults();
    this.changed();
  }

  setDefaults() {
    for (const { name, initial } of [...SAMPLING, ...NUMBERS]) {
      this.inputs[name].input.value = initial;
    }
    byId("tier").value = "auto";
    byId("system").value = "";
    this.deadline.set(null);
  }

  // What the request carries beside its messages.
  request() {
    const body = {};
    for (const { name, off } of SAMPLING) {
      const value = Number(this.inputs[name].input.value);
      if (value !== off) body[name] = value;
    }
    for (const { name } of NUMBERS) {
      const value = Number.parseInt(this.inputs[name].input.value, 10);
      if (Number.isSafeInteger(value) && value >= 0) body[name] = value;
    }
    if (byId("tier").value !== "auto") body.service_tier = byId("tier").value;
    if (this.deadline.value !== null) body.deadline = this.deadline.value;
    return body;
  }

  get system() {
    return byId("system").value.trim();
  }

  changed() {
    this.showAll();
    const values = Object.entries(this.inputs).map(([name, { input }]) => [name, input.value]);
    remember("settings", JSON.stringify({
      ...Object.fromEntries(values),
      tier: byId("tier").value, system: byId("system").value, deadline: this.deadline.value,
    }));
    this.dispatchEvent(new Event("change"));
  }

  restore() {
    let known = {};
    try {
      known = JSON.parse(recall("settings")) ?? {};
    } catch {
      // Written by another version of the page: the defaults stay.
    }
    for (const [name, { input }] of Object.entries(this.inputs)) {
      input.value = known[name] ?? input.value;
    }
    if (TIERS.includes(known.tier)) byId("tier").value = known.tier;
    byId("system").value = known.system ?? "";
    this.deadline.set(known.deadline ?? null);
    this.showAll();
  }

  showAll() {
    for (const { input, output } of Object.values(this.inputs)) {
      if (output) output.textContent = decimals(Number(input.value), 2);
    }
  }
}
