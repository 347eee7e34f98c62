// Copies a text and shows for a moment that it is done. navigator.clipboard exists on localhost
// and over HTTPS only; a server in the local network is reached by plain HTTP, so there is an
// older way beside it.
import { icon } from "./icons.js";
import { label } from "./i18n.js";

const SHOWN_MS = 1500;

export async function copyText(text, { currentTarget: button }) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
    button.focus();
  }
  button.replaceChildren(icon("check"));
  label(button, "copied");
  const name = button.classList.contains("copy-code") ? "code.copy" : "copy";
  setTimeout(() => {
    button.replaceChildren(icon("copy"));
    label(button, name);
  }, SHOWN_MS);
}

function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
