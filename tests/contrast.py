"""Contrast as a reader's eyes have it, measured in the browser: every text on a page against all that may lie behind it.

axe leaves a text undecided where a gradient or a picture lies behind it; here the worst of the gradient's colours counts. Folded
parts are opened first, and words that the style adds are measured like those of the page. What nobody sees at all, such as the mark
of a heading before somebody points at it, is no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

MEASURE = """() => {
  const numbers = text => text.match(/-?[\\d.]+(?:e-?\\d+)?/g).map(Number);
  const colour = text => {
    if (text === "transparent") return [0, 0, 0, 0];
    const [r, g, b, alpha = 1] = numbers(text.replace("color(srgb", ""));
    const scale = text.startsWith("color(") ? 255 : 1;
    return [r * scale, g * scale, b * scale, alpha];
  };
  const over = (top, below) => [...top.slice(0, 3).map((part, i) => part * top[3] + below[i] * (1 - top[3])), 1];
  const light = rgb => rgb.slice(0, 3).map(part => part / 255)
    .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0);
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + .05) / (dark + .05);
  };
  const COLOURS = /(?:rgba?|color)\\([^()]*\\)|transparent/g;
  const painted = style => [style.backgroundImage.includes("gradient") ? style.backgroundImage.match(COLOURS).map(colour) : [], [colour(style.backgroundColor)]];
  // What lies behind an element, nearest first: each layer is a list of the colours that it may have there.
  const behind = e => {
    const layers = [];
    for (; e; e = e.parentElement) {
      const below = ["::before", "::after"].map(pseudo => getComputedStyle(e, pseudo)).filter(style => style.content !== "none" && style.zIndex < 0);
      layers.push([[0, 0, 0, 0], ...below.flatMap(painted).flat()]);
      const style = getComputedStyle(e);
      layers.push(...painted(style));
      if (colour(style.backgroundColor)[3] === 1) return layers;
    }
    return [...layers, [[255, 255, 255, 1]]];
  };
  const grounds = e => behind(e).filter(layer => layer.length).reverse()
    .reduce((below, layer) => below.flatMap(ground => layer.map(top => over(top, ground))), [[255, 255, 255, 1]]);
  const opacity = e => e ? getComputedStyle(e).opacity * opacity(e.parentElement) : 1;
  const measured = [];
  const measure = (e, style, text) => {
    const ink = colour(e.closest("svg") ? style.fill : style.color);
    ink[3] *= opacity(e);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    const worst = Math.min(...grounds(e).map(ground => ratio(over(ink, ground), ground)));
    measured.push({ text: text.trim().slice(0, 60), ratio: Math.round(worst * 100) / 100, enough: worst >= (large ? 3 : 4.5) });
  };
  const seen = e => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".vh") && opacity(e) > 0;
  document.querySelectorAll("details").forEach(folded => { folded.open = true; });
  for (const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walk.nextNode();) {
    const e = walk.currentNode.parentElement;
    if (walk.currentNode.data.trim() && seen(e)) measure(e, getComputedStyle(e), walk.currentNode.data);
  }
  for (const e of document.querySelectorAll("body :not(svg *)")) {
    for (const pseudo of ["::before", "::after"]) {
      const style = getComputedStyle(e, pseudo), said = style.content.match(/^"(.*?)"/);
      if (said && said[1].trim() && seen(e)) measure(e, style, said[1]);
    }
  }
  return measured;
}"""


def faint(page: Page) -> list[str]:
    """The texts of the page that stand out too little, each with its ratio: 4.5 for text and 3 for large text is enough."""
    measured = page.evaluate(MEASURE)
    assert measured, "nothing was measured"
    return [f"{one['ratio']}:1 {one['text']}" for one in measured if not one["enough"]]
