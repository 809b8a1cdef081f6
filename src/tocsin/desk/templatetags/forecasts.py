"""``{% forecasts_with "round" one %}``: the forecasts asked with something, and the way to ask another."""

from __future__ import annotations

from typing import Any

from django import template

from tocsin.desk.context import context
from tocsin.response.register.forecasts import questions, seen

register = template.Library()
SHOWN = 5


@register.inclusion_tag("desk/forecasts_of.html")
def forecasts_with(kind: str, row: Any) -> dict[str, Any]:
    """List the forecasts that came with a round or a technique: ``row`` has ``pk``, ``place_id`` and ``number``."""
    found = questions.of(row.place_id, about=kind, about_id=row.pk)
    return _told(found, row.place_id, f"?with={kind}:{row.number}", f"with this {kind}")


@register.inclusion_tag("desk/forecasts_of.html")
def forecasts_on(place_id: str, item: int | None = None) -> dict[str, Any]:
    """List the forecasts about a place, or those that serve a docket item."""
    query, here = (f"?item={item}", "for this item") if item else ("", "here")
    return _told(questions.of(place_id, item=item), place_id, query, here)


def _told(found: list[Any], place_id: str, query: str, here: str) -> dict[str, Any]:
    now = context().now()
    rows = [seen.head(one, now) for one in found[:SHOWN]]
    more = len(found) if len(found) > SHOWN else 0
    return {"rows": rows, "more": more, "place_id": place_id, "query": query, "here": here, "may": True}
