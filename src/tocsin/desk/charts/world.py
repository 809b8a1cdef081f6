"""The world map: one hue for risk, hatching for not assessed, a dotted edge for stale, ink for under way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from tocsin.core.numbers import risk, times_base
from tocsin.desk.charts.svg import Chart
from tocsin.desk.shapes import Land

# Upper edges of the colour classes, in multiples of the base rate: each class is twice the one before.
EDGES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
CLASS_WORDS = ("under ¼×", "¼ to ½×", "½ to 1×", "1 to 2×", "2 to 4×", "4 to 8×", "8× or more")

HATCH = (
    '<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="9" height="9" class="land"/><path d="M0,0V9" class="hatch"/></pattern></defs>'
)


@dataclass(frozen=True)
class Area:
    """What the map says of a place."""

    place_id: str
    name: str
    state: str
    p: float | None
    stale: bool


def risk_class(p: float | None, base: float | None) -> str:
    """Return the colour class of a risk: ``r0`` (least) to ``r6``; ``na`` when not assessed."""
    if p is None or not base:
        return "na"
    multiple = p / base
    return f"r{sum(multiple >= edge for edge in EDGES)}"


def _words(area: Area, base: float) -> str:
    if area.p is None:
        return f"{area.name}: not assessed"
    said = f"{area.name}: {risk(area.p)}, {times_base(area.p, base)} the base rate"
    if area.state == "under way":
        said = f"{area.name}: mass killing under way; a further, separate one {risk(area.p)}"
    return said + (", on stale figures" if area.stale else "")


def legend(*, stale: bool, filtered: bool = False) -> SafeString:
    """Return the legend, in words and with the same swatches as the map."""
    swatches = "".join(
        f'<li><svg class="swatch" viewBox="0 0 22 12" aria-hidden="true"><rect width="22" height="12" class="r{i}"/></svg>{words}</li>'
        for i, words in enumerate(CLASS_WORDS)
    )
    rest = '<li><svg class="swatch" viewBox="0 0 22 12" aria-hidden="true"><rect width="22" height="12" class="way"/></svg>under way (black; white in dark mode)</li>'
    rest += '<li><svg class="swatch" viewBox="0 0 22 12" aria-hidden="true"><rect width="22" height="12" class="na"/></svg>not assessed</li>'
    if filtered:
        rest += '<li><svg class="swatch" viewBox="0 0 22 12" aria-hidden="true"><rect width="22" height="12" class="land"/></svg>left out by the filter</li>'
    if stale:
        rest += '<li><svg class="swatch" viewBox="0 0 22 12" aria-hidden="true"><rect x="1" y="1" width="20" height="10" class="r2 stale"/></svg>stale figures</li>'
    return mark_safe(  # noqa: S308 - constants only
        '<p class="legend-title">Mass-killing risk (EWP definition), in multiples of the base rate</p>'
        f'<ul class="legend">{swatches}{rest}</ul>'
    )


def world(
    areas: Sequence[Area],
    *,
    size: tuple[int, int],
    paths: Mapping[str, str],
    dots: Mapping[str, tuple[int, int]],
    other: Sequence[Land],
    base: float,
    when: str,
    key: str,
    only: Collection[str] | None = None,
) -> Chart:
    """Draw the map. ``paths`` and ``dots`` are keyed by place; a place in neither is named in the sentence.

    ``when`` is the years of the forecast (``in 2025–2026``). With ``only``, places left out by a filter are plain land:
    nothing is said of them, neither a risk nor that it is unknown; the sentence is over all places all the same.
    """
    known = {a.place_id: a for a in areas}
    parts = [HATCH]
    for land in other:
        drawn = f'<path class="na" d="{land.path}"><title>{escape(land.name)}: not assessed</title></path>'
        parts.append(f'<a href="/places/{land.place_id}" tabindex="-1">{drawn}</a>' if land.place_id else drawn)
    # Under way is drawn last, so that its edge is never covered.
    for place_id in sorted([*paths, *dots], key=lambda p: p in known and known[p].state == "under way"):
        shape = (
            f'path d="{paths[place_id]}"'
            if place_id in paths
            else 'circle cx="{}" cy="{}" r="7"'.format(*dots[place_id])
        )
        area = known.get(place_id)
        if area is None:
            parts.append(f'<{shape} class="na"/>')
            continue
        if only is not None and place_id not in only:
            left_out = f'<{shape} class="land"><title>{escape(area.name)}: left out by the filter</title>'
            parts.append(f'<a href="/places/{place_id}" tabindex="-1">{left_out}</{shape.split()[0]}></a>')
            continue
        colour = "way" if area.state == "under way" else risk_class(area.p, base)
        edge = " stale" if area.stale else ""
        parts.append(
            f'<a href="/places/{place_id}" tabindex="-1"><{shape} class="{colour}{edge}"><title>{escape(_words(area, base))}</title>'
            f"</{shape.split()[0]}></a>"
        )
    under_way = [a for a in areas if a.state == "under way"]
    ranked = sorted(
        (a for a in areas if a.p is not None and a.state != "under way"), key=lambda a: (-(a.p or 0), a.place_id)
    )
    unseen = sorted(a.name for a in areas if a.place_id not in paths and a.place_id not in dots)
    sentence = (
        ("" if only is None else f"Filter on: {len(only)} of {len(areas)} places shown. ")
        + f"A mass killing is under way in {len(under_way)} place{'' if len(under_way) == 1 else 's'} (black; white in dark mode)."
        + (
            f" Elsewhere the risk of a new one {when} is highest in {', '.join(a.name for a in ranked[:4])}."
            if ranked
            else ""
        )
        + (f" Not drawn, in the table: {', '.join(unseen)}." if unseen else "")
    )
    width, height = size
    svg = mark_safe(  # noqa: S308 - names escaped above, the rest are numbers
        f'<svg class="chart world" viewBox="0 0 {width} {height}" role="group" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">World map of mass-killing risk</title><desc id="{key}-d">{escape(sentence)}</desc>{"".join(parts)}</svg>'
    )
    return Chart(svg, sentence, legend=legend(stale=any(a.stale for a in areas), filtered=only is not None), wide=True)
