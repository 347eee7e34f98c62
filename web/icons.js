// The page's few pictograms, drawn with strokes of the text's colour on 24 × 24.
import { svg } from "./dom.js";

const PATHS = {
  copy: ["M9 9h10v11H9z", "M6 15H5V4h10v2"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  redo: ["M19 12a7 7 0 1 1-2.1-5", "M19 3v4.5h-4.5"],
  edit: ["M5 19l1-4L16 5l3 3L9 18z", "M14 7l3 3"],
  send: ["M12 19V5", "M6 11l6-6 6 6"],
  stop: ["M8 8h8v8H8z"],
};
const STAR =
  "M12 2.2l2.55 6.35 6.85.5-5.25 4.4 1.7 6.65L12 16.4l-5.85 3.7 1.7-6.65-5.25-4.4 6.85-.5z";

export function icon(name) {
  const drawn = svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" });
  drawn.append(...PATHS[name].map((d) => svg("path", { d })));
  return drawn;
}

export function star(extra = "") {
  return svg("svg", { class: `star ${extra}`, viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: STAR }));
}
