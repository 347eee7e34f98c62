// The last steps as bars and lines: one column per step, newest at the right.
import { svg } from "./dom.js";

const COLUMNS = 60;
const HEIGHT = 40;

// layers: [{name, kind: "bar" or "line"}]; bars of one column stand on one another. A layer's name
// is its class in the style sheet.
export class Sparkline {
  constructor(target, layers) {
    this.steps = [];
    this.layers = layers.map((layer) => ({
      ...layer,
      path: svg("path", {
        class: `${layer.kind} ${layer.name}`, "vector-effect": "non-scaling-stroke",
      }),
    }));
    target.append(svg("svg", {
      class: "sparkline", viewBox: `0 0 ${COLUMNS} ${HEIGHT}`, preserveAspectRatio: "none",
      "aria-hidden": "true",
    }, ...this.layers.map(({ path }) => path)));
  }

  // step: {layer's name: value}
  push(step) {
    this.steps.push(step);
    if (this.steps.length > COLUMNS) this.steps.shift();
    const heightOf = (one) => Math.max(
      this.layers.reduce((sum, { kind, name }) => sum + (kind === "bar" ? one[name] : 0), 0),
      ...this.layers.filter(({ kind }) => kind === "line").map(({ name }) => one[name]));
    const scale = (HEIGHT - 2) / Math.max(1, ...this.steps.map(heightOf));
    const left = COLUMNS - this.steps.length;
    const filled = this.steps.map(() => 0);
    for (const { kind, name, path } of this.layers) {
      path.setAttribute("d", this.steps.map((one, at) => {
        const x = left + at;
        const height = one[name] * scale;
        const top = (HEIGHT - height).toFixed(2);
        if (kind === "line") return `${at === 0 ? "M" : "L"}${x + 0.5} ${top}`;
        const bottom = HEIGHT - filled[at];
        filled[at] += height;
        return `M${x + 0.12} ${bottom.toFixed(2)}h.76v${(-height).toFixed(2)}h-.76z`;
      }).join(""));
    }
  }
}
