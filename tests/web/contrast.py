"""Whether a page's texts can be read: WCAG 2.2, success criterion 1.4.3, 4.5:1."""

# The browser itself turns whatever a style says (color-mix, light-dark, transparency) into pixels.
MEASURE = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const blend = (colours) => {
    brush.clearRect(0, 0, 1, 1);
    for (const colour of colours) { brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1); }
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const holder = text.parentElement;
    if (text.data.trim() === "" || !holder.checkVisibility({ visibilityProperty: true })) continue;
    if (holder.closest(".unseen, .skip, :disabled, svg")) continue;
    const grounds = [];
    for (let one = holder; one; one = one.parentElement) {
      grounds.unshift(getComputedStyle(one).backgroundColor);
    }
    const ground = luminance(blend(grounds));
    const ink = luminance(blend([...grounds, getComputedStyle(holder).color]));
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)}:1 ${holder.className} "${text.data.trim()}"`);
  }
  return [...new Set(low)];
}"""


def low_contrasts(page):
    return page.evaluate(MEASURE)
