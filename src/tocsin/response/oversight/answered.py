"""What the register knows of action taken on firings: a false alarm after which somebody acted may be a success."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.response.docket.models import Decision, Item, Warning


def with_actions(
    rows: Iterable[dict[str, Any]], tripwire_id: str, version: int, *, open_to_all: bool = False
) -> list[dict[str, Any]]:
    """Return firings of a back-test with the action the register knows of; the firings of before it are not known.

    ``open_to_all`` leaves questions that are not closed unknown: they are nobody's business outside.
    """
    rows = list(rows)
    ids = {f"{tripwire_id}.v{version}.{row['place_id']}.{row['fired']}": i for i, row in enumerate(rows)}
    found = [dict(row) for row in rows]
    for warning in Warning.objects.filter(tripwire_id=tripwire_id, version=version).prefetch_related(
        "items__decisions"
    ):
        items = list(warning.items.all())
        hidden = open_to_all and any(item.state != Item.State.CLOSED for item in items)
        if warning.warning_id in ids and items and not hidden:
            found[ids[warning.warning_id]]["action"] = _said({d.kind for item in items for d in item.decisions.all()})
    return found


def _said(kinds: set[str]) -> str:
    if Decision.Kind.ACT in kinds:
        return "action taken"
    return "no action: declined" if Decision.Kind.DECLINE in kinds else "no action decided"
