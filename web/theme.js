// Dark and light: as the system has it, until the switch says otherwise; switched back to what the
// system has, the page follows it again.
import { byId } from "./dom.js";
import { label } from "./i18n.js";
import { recall, remember } from "./store.js";

const system = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => recall("theme");
const isDark = () => (chosen() ?? (system.matches ? "dark" : "light")) === "dark";

function show() {
  const { dataset } = document.documentElement;
  if (chosen()) dataset.theme = chosen();
  else delete dataset.theme;
  label(byId("theme"), isDark() ? "theme.light" : "theme.dark");
}

export function setUpTheme() {
  byId("theme").addEventListener("click", () => {
    const wanted = isDark() ? "light" : "dark";
    remember("theme", (wanted === "dark") === system.matches ? null : wanted);
    show();
  });
  system.addEventListener("change", show);
  show();
}
