"""What could be done, as the desk shows it: ``docket.asked`` puts the question, as for the terminal."""

from __future__ import annotations

from typing import Any

from tocsin.core.context import Context
from tocsin.desk.facts import Picture
from tocsin.options import NOTHING, Answer
from tocsin.response.docket import asked
from tocsin.response.docket.asked import Asked
from tocsin.response.docket.models import Item

SHOWN = 5


def _row(pic: Picture | None, place_id: str) -> Any:
    return next((r for r in pic.rows if r["place_id"] == place_id), None) if pic else None


def of_place(ctx: Context, place_id: str, pic: Picture | None) -> Asked:
    """Return what could be done about a place on which nothing is open."""
    return asked.of_place(ctx, place_id, _row(pic, place_id))


def of_item(ctx: Context, item: Item, pic: Picture | None, **given: Any) -> Asked | None:
    """Return what could be done about an item; None when it is about a silent source and not about a place.

    ``given`` is what a reader moved, as ``docket.asked`` takes it.
    """
    return asked.of_item(ctx, item, _row(pic, item.place_id), **given) if item.place_id else None


def spread(found: Answer, most: int = SHOWN) -> list[Any]:
    """Return the options to put before a principal: the best ranked, with no more than two of one instrument."""
    chosen: list[Any] = []
    for option in found.options:
        if option.id != NOTHING and sum(o.instrument == option.instrument for o in chosen) < 2:
            chosen.append(option)
        if len(chosen) == most:
            break
    return chosen


def nothing(found: Answer) -> Any:
    """Return the option of doing nothing, costed."""
    return next(o for o in found.options if o.id == NOTHING)
