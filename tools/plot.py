#!/usr/bin/env python3
"""Draws the figures of docs/figures from measurements. No library: SVG is text.

    byeol bench --roofline --json | tools/plot.py roofline docs/figures/roofline.svg
    tools/plot.py rivals docs/figures/rivals.svg < bench/ledger.ndjson

rivals: of each machine, model and metric the newest line of the ledger that has a ratio.
"""
import json
import math
import sys

WIDTH, HEIGHT, MARGIN = 760, 460, 64
COLOURS = ["#2b6cb0", "#c05621", "#2f855a", "#805ad5", "#b83280", "#4a5568"]


class Svg:
    def __init__(self, height=HEIGHT):
        self.height = height
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
                      'font-family="sans-serif" font-size="12">',
                      f'<rect width="{WIDTH}" height="{height}" fill="white"/>']

    def line(self, points, colour="#222", width=1.0, dash=""):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                          f'stroke-width="{width}" stroke-dasharray="{dash}"/>')

    def text(self, x, y, words, anchor="start", colour="#222"):
        safe = words.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
                          f'fill="{colour}">{safe}</text>')

    def dot(self, x, y, colour):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')

    def bar(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                          f'height="{height:.1f}" fill="{colour}"/>')

    def write(self, path):
        with open(path, "w") as file:
            file.write("\n".join(self.parts + ["</svg>"]) + "\n")


def roofline(path):
    measured = json.load(sys.stdin)
    peak, bandwidth = measured["int8_per_s"], measured["bytes_per_s"]
    low, high = 1.0, 2000.0
    floor = min([bandwidth] + [point["operations_per_s"] for point in measured["points"]]) / 2
    top = 10 ** math.ceil(math.log10(peak))

    def at(intensity, rate):
        x = math.log(intensity / low) / math.log(high / low)
        y = math.log(rate / floor) / math.log(top / floor)
        return MARGIN + x * (WIDTH - 1.5 * MARGIN), HEIGHT - MARGIN - y * (HEIGHT - 1.5 * MARGIN)

    svg = Svg()
    svg.line([at(low, floor), at(high, floor)])
    svg.line([at(low, floor), at(low, top)])
    for intensity in (1, 10, 100, 1000):
        x, y = at(intensity, floor)
        svg.text(x, y + 16, str(intensity), "middle")
    for rate in (1e9, 1e10, 1e11, 1e12, 1e13):
        if floor <= rate <= top:
            x, y = at(low, rate)
            svg.text(x - 6, y + 4, f"{rate * 1e-9:.0f}", "end")
            svg.line([at(low, rate), at(high, rate)], "#ddd")
    ridge = peak / bandwidth
    svg.line([at(low, bandwidth * low), at(ridge, peak), at(high, peak)], "#222", 2)
    svg.text(*at(low * 1.1, bandwidth * low * 2.2), f"{bandwidth * 1e-9:.0f} GB/s")
    x, y = at(high, peak)
    svg.text(x, y - 8, f"{peak * 1e-9:.0f} G int8 operations/s", "end")
    types = list(dict.fromkeys(point["type"] for point in measured["points"]))
    for colour, kind in zip(COLOURS, types):
        points = [at(p["operations_per_byte"], p["operations_per_s"])
                  for p in measured["points"] if p["type"] == kind]
        svg.line(points, colour, 1, "3 3")
        for x, y in points:
            svg.dot(x, y, colour)
        index = types.index(kind)
        svg.dot(WIDTH - 110, HEIGHT - MARGIN - 20 - 16 * index, colour)
        svg.text(WIDTH - 100, HEIGHT - MARGIN - 16 - 16 * index, kind)
    svg.text(WIDTH / 2, HEIGHT - 16, "int8 operations for each byte of weights read "
             "(1, 8, 32, 256 rows of activations)", "middle")
    svg.text(MARGIN, 20, f"G operations/s, {measured['isa']}, {measured['threads']} threads")
    svg.write(path)


def machine_name(line):
    wide = line["isa"] != "avx2" and "avx512f" in line["machine"]["isa"]
    return f"{line['machine']['family'].split('/')[0]}/{'avx512' if wide else 'avx2'}"


def rivals(path):
    newest = {}
    for text in sys.stdin:
        line = json.loads(text)
        if "ratio" in line and line.get("rival") and line.get("unit") == "tokens/s":
            key = (machine_name(line), line["model"], line["metric"], line["rival"])
            newest[key] = line["ratio"]
    rows = sorted(newest.items())
    svg = Svg(60 + 18 * len(rows))
    scale = (WIDTH - 420) / max([ratio for _, ratio in rows] + [1.0])
    colours = dict(zip(sorted({key[3] for key in newest}), COLOURS))
    for index, ((machine, model, metric, rival), ratio) in enumerate(rows):
        y = 40 + 18 * index
        svg.text(340, y + 11, f"{machine}  {model.removesuffix('.gguf')}  {metric}", "end")
        svg.bar(350, y, ratio * scale, 13, colours[rival])
        svg.text(354 + ratio * scale, y + 11, f"{ratio:.2f} {rival}")
    svg.line([(350 + scale, 34), (350 + scale, 46 + 18 * len(rows))], "#222", 1, "4 3")
    svg.text(350 + scale, 28, "as fast as the rival", "middle")
    svg.write(path)


def main():
    figures = {"roofline": roofline, "rivals": rivals}
    if len(sys.argv) != 3 or sys.argv[1] not in figures:
        sys.exit(__doc__.strip())
    figures[sys.argv[1]](sys.argv[2])


if __name__ == "__main__":
    main()
