"""The map of the brief: the desk's map as a picture that stands alone, in the colours of paper."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from tocsin.desk.charts.world import CLASS_WORDS, HATCH
from tocsin.desk.shapes import shapes

# The colours of desk.css on paper: a picture in a PDF cannot read the desk's style.
COLOURS = {
    "r0": "#eef2f6",
    "r1": "#d7e2ee",
    "r2": "#b6cde3",
    "r3": "#8bb2d5",
    "r4": "#5a92c3",
    "r5": "#2d6ea8",
    "r6": "#134f87",
    "way": "#16181b",
}


LAND = "#e9e7e0"
STANDALONE_HATCH = (
    f'<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="9" height="9" fill="{LAND}"/><path d="M0,0V9" stroke="#686d73" stroke-width="2"/></pattern></defs>'
)


def key() -> list[dict[str, str]]:
    """Return the key of the shades: each colour with its words, from least to most, then under way."""
    shades = [{"colour": COLOURS[f"r{i}"], "words": words} for i, words in enumerate(CLASS_WORDS)]
    return [*shades, {"colour": COLOURS["way"], "words": "under way"}]


def standalone_map(drawn: dict[str, Any]) -> str:
    """Return the map as SVG text. ``drawn["classes"]`` maps a place to its class; without one: not assessed."""
    return _svg(
        drawn["classes"],
        lambda name: 'fill="url(#hatch)"' if name == "na" else f'fill="{COLOURS[name]}"',
        'stroke="#fff" stroke-width="1.2"',
        STANDALONE_HATCH,
    )


def inline_map(drawn: dict[str, Any]) -> str:
    """Return the map for a page, coloured by the desk's style, with its text alternative."""
    said = f'class="chart world" role="img" aria-label="{escape(drawn["sentence"])}"'
    return _svg(drawn["classes"], lambda name: f'class="{name}"', said, HATCH)


def _svg(classes: dict[str, str], paint: Callable[[str], str], said: str, defs: str) -> str:
    world = shapes()
    parts = [f'<path {paint("na")} d="{land.path}"/>' for land in world.other]
    for place_id in sorted(world.paths, key=lambda p: classes.get(p) == "way"):
        parts.append(f'<path {paint(classes.get(place_id, "na"))} d="{world.paths[place_id]}"/>')
    for place_id, (x, y) in world.dots.items():
        parts.append(f'<circle {paint(classes.get(place_id, "na"))} cx="{x}" cy="{y}" r="7"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {world.width} {world.height}" '
        f"{said}>{defs}{''.join(parts)}</svg>"
    )
