// The panels beside the conversation. With room for both they are columns that can be closed;
// otherwise each slides over the page, holds the focus, and Esc closes it.
import { byId } from "./dom.js";

const roomy = matchMedia("(min-width: 75rem)");

export class Panels {
  constructor(names, onChange) {
    this.onChange = onChange;
    this.panels = names.map((name) => ({ name, panel: byId(name), opener: byId(`open-${name}`) }));
    for (const one of this.panels) {
      one.opener.addEventListener("click", () => this.set(one, !this.isOpen(one)));
      one.panel.querySelector(".close").addEventListener("click", () => this.set(one, false));
    }
    byId("backdrop").addEventListener("click", () => this.closeOver());
    roomy.addEventListener("change", () => this.fit());
    this.fit();
  }

  isOpen({ panel }) {
    return !panel.hidden;
  }

  fit() {
    for (const one of this.panels) this.put(one, roomy.matches);
  }

  open(name) {
    const one = this.panels.find((panel) => panel.name === name);
    if (!this.isOpen(one)) this.set(one, true);
  }

  set(one, open) {
    if (open && !roomy.matches) this.panels.forEach((other) => this.put(other, false));
    this.put(one, open);
    if (open && !roomy.matches) one.panel.querySelector(".close").focus();
    else if (!open) one.opener.focus();
  }

  put(one, open) {
    one.panel.hidden = !open;
    one.opener.setAttribute("aria-expanded", String(open));
    const over = !roomy.matches && this.panels.some((other) => this.isOpen(other));
    byId("backdrop").hidden = !over;
    byId("main").inert = over;
    byId("top").inert = over;
    this.onChange(one.name, open);
  }

  // Whether one lay over the page and was closed.
  closeOver() {
    const one = roomy.matches ? undefined : this.panels.find((panel) => this.isOpen(panel));
    if (one) this.set(one, false);
    return one !== undefined;
  }
}
