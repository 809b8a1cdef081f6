"""A warning as a row, as a link to an item, and as the body of a ledger entry: shared by opening and joining."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.catalog import tripwires
from tocsin.catalog.directive import Directive
from tocsin.core.clock import parse_time
from tocsin.core.context import Context
from tocsin.response.docket.models import Item, ItemWarning, Warning
from tocsin.response.docket.plain import plain
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter


def row_of(warning: dict[str, Any]) -> Warning:
    """Write the row of a warning as a run folder or the bell gives it."""
    fired = warning["fired_at"]
    return Warning.objects.create(
        warning_id=warning["warning_id"],
        run_id=warning.get("run_id") or "",
        kind=warning["kind"],
        tripwire_id=warning["tripwire_id"],
        version=warning["version"],
        place_id=warning.get("place_id") or "",
        source_id=warning.get("source_id") or "",
        fired_at=fired if isinstance(fired, datetime) else parse_time(str(fired)),
        as_of=str(warning["as_of"])[:10],
        level=warning["level"],
        summary=warning["summary"],
        question=warning.get("question") or "",
        because=warning.get("because") or [],
    )


def link(ctx: Context, item: Item, warning: Warning, kind: str, body: dict[str, Any], *, opened: bool) -> None:
    """Tie a warning to an item, with the one ledger entry that records it."""
    entry = enter(ctx, kind=kind, item=item.pk, body=plain(body))
    ItemWarning.objects.create(item=item, warning=warning, joined_at=ctx.now(), opened=opened, ledger_seq=entry.seq)


def body_of(warning: Warning, rung_by: Actor | None) -> dict[str, Any]:
    """Return a warning as it stands in the body of a ledger entry."""
    return {
        "warning_id": warning.warning_id,
        "kind": warning.kind,
        "tripwire": warning.tripwire_id,
        "tripwire_version": warning.version,
        "run_id": warning.run_id or None,
        "place_id": warning.place_id or None,
        "source_id": warning.source_id or None,
        "level": warning.level,
        "fired_at": warning.fired_at,
        "as_of": warning.as_of,
        "summary": warning.summary,
        "because": warning.because,
        "rung_by": rung_by.body() if rung_by else None,
    }


def told_by(warning: Warning, rules: Directive) -> list[str]:
    """Return the posts its tripwire names that an item's version has; none for a warning that no file declares."""
    known = tripwires.all_tripwires().get(warning.tripwire_id)
    return [post for post in known.told if post in {p.id for p in rules.posts}] if known else []


def an(kind: str) -> str:
    """Return a kind of warning with its article."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
