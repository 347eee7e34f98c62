// Makes elements. Text goes in as text nodes only: nothing that a model or a server says is ever
// read as markup, and the page's content security policy allows no inline script or style.

export const byId = (id) => document.getElementById(id);

// element("button", {class: "quiet", type: "button", onclick: f}, "text", otherElement)
// A property that is a function is a listener; true sets an empty attribute, null leaves it out.
export function element(name, properties = {}, ...children) {
  return furnish(document.createElement(name), properties, children);
}

export function svg(name, properties = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  return furnish(made, properties, children);
}

function furnish(made, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// A length in percent for the style sheet: setting a property is allowed where a style attribute
// is not.
export function setShare(target, property, share) {
  target.style.setProperty(property, `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`);
}

// Whether a key means "send". While a syllable of Hangul is composed, Enter ends the syllable;
// Safari says so by the key code only.
export const isSending = (event) =>
  event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
