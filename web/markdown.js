// The little of Markdown that models write: paragraphs, headings, lists, quotations, rules, fenced
// code, `code`, **strong**, *emphasis*. Everything else stays text. Links and pictures stay text,
// too: a model's word is no reason to contact anyone.
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { label } from "./i18n.js";

const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+#.-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}> ?(.*)$/;

// Cuts a text into blocks: {kind, source, ...}. A block's source tells whether it changed, so a
// stream redraws only its last block.
export function blocksOf(text) {
  const lines = text.split("\n");
  const blocks = [];
  let at = 0;
  const takeWhile = (holds) => {
    const from = at;
    while (at < lines.length && holds(lines[at])) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const begin = at;
    let block;
    let match;
    if (line.trim() === "") {
      at += 1;
      continue;
    } else if ((match = FENCE.exec(line))) {
      at += 1;
      const code = takeWhile((next) => !next.trim().startsWith(match[1]));
      at += 1;
      block = { kind: "code", language: match[2], code: code.join("\n") };
    } else if ((match = HEADING.exec(line))) {
      at += 1;
      block = { kind: "heading", level: match[1].length, text: match[2] };
    } else if (RULE.test(line)) {
      at += 1;
      block = { kind: "rule" };
    } else if (QUOTE.test(line)) {
      const inner = takeWhile((next) => QUOTE.test(next)).map((next) => QUOTE.exec(next)[1]);
      block = { kind: "quote", text: inner.join("\n") };
    } else if (ITEM.test(line)) {
      block = { kind: "list", items: itemsOf(takeWhile((next) => ITEM.test(next) ||
                                                             /^\s+\S/.test(next))) };
    } else {
      at += 1;
      takeWhile((next) => next.trim() !== "" && ![FENCE, HEADING, RULE, QUOTE, ITEM].some((rule) =>
        rule.test(next)));
      block = { kind: "paragraph", text: lines.slice(begin, at).join("\n") };
    }
    blocks.push({ ...block, source: lines.slice(begin, at).join("\n") });
  }
  return blocks;
}

// {indent, number (null: a bullet), text}
function itemsOf(lines) {
  const items = [];
  for (const line of lines) {
    const match = ITEM.exec(line);
    if (match) items.push({ indent: match[1].length, number: match[2] ?? null, text: match[3] });
    else items.at(-1).text += `\n${line.trim()}`;
  }
  return items;
}

function drawn(block) {
  switch (block.kind) {
    case "code": return codeBlock(block);
    case "heading": return element(`h${Math.min(6, block.level + 2)}`, {}, ...inline(block.text));
    case "rule": return element("hr");
    case "quote": return element("blockquote", {}, ...inline(block.text));
    case "list": return list(block.items);
    default: return element("p", {}, ...inline(block.text));
  }
}

function codeBlock({ language, code }) {
  const copy = label(element("button", { type: "button", class: "icon-button copy-code" },
    icon("copy")), "code.copy");
  copy.dataset.copy = code;
  return element("figure", { class: "code" },
    element("figcaption", {}, element("span", {}, language), copy),
    element("pre", { tabindex: "0" }, element("code", {}, code)));
}

function list(items) {
  const stack = [];
  let top = null;
  for (const { indent, number, text } of items) {
    while (stack.length > 1 && indent < stack.at(-1).indent) stack.pop();
    if (stack.length === 0 || indent > stack.at(-1).indent + 1) {
      const inside = element(number === null ? "ul" : "ol", { start: number });
      if (top === null) top = inside;
      else stack.at(-1).list.lastElementChild.append(inside);
      stack.push({ indent, list: inside });
    }
    stack.at(-1).list.append(element("li", {}, ...inline(text)));
  }
  return top;
}

const INLINE = new RegExp([
  /(`+)(.+?)\1/, /\*\*(?=\S)(.+?)\*\*/, /\*(?=\S)([^*\n]+?)\*/, /(?<!\w)_(?=\S)([^_\n]+?)_(?!\w)/,
].map((rule) => rule.source).join("|"), "s");

function inline(text) {
  const parts = [];
  let rest = text;
  let match;
  while ((match = INLINE.exec(rest))) {
    parts.push(rest.slice(0, match.index));
    if (match[2] !== undefined) parts.push(element("code", {}, match[2]));
    else if (match[3] !== undefined) parts.push(element("strong", {}, ...inline(match[3])));
    else parts.push(element("em", {}, match[4] ?? match[5]));
    rest = rest.slice(match.index + match[0].length);
  }
  parts.push(rest);
  return parts;
}

// Shows `text` in `target`; blocks that are there already stay untouched.
export function render(target, text) {
  const shown = target.blockSources ?? [];
  const blocks = blocksOf(text);
  let same = 0;
  while (same < blocks.length && blocks[same].source === shown[same]) same += 1;
  while (target.children.length > same) target.lastElementChild.remove();
  target.append(...blocks.slice(same).map(drawn));
  target.blockSources = blocks.map((block) => block.source);
}
