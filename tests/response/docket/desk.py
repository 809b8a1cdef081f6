"""A small crisis desk for tests: warnings as a run brings them, acts by post, and a look at every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket.models import Commitment, Decision, Item, ItemWarning, Lapse, Message, Step
from tocsin.response.docket.questions import asked
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor, cli_actor


@dataclass
class Run:
    """A run as the docket needs it."""

    run_id: str
    warnings: list[dict[str, Any]]
    cut: list[dict[str, Any]] = field(default_factory=list)
    info: dict[str, Any] = field(default_factory=lambda: {"as_of": "2026-11-23"})
    sources: list[dict[str, Any]] = field(default_factory=lambda: [{"id": "ucdp_ged", "newest": "2026-02"}])


def warning(
    ctx: Context, place: str | None = "SDN", level: str = "alert", period: str = "2026-02", **more: Any
) -> dict[str, Any]:
    """A warning as a run folder carries it, floats and all."""
    return {
        "warning_id": f"event_one_sided.v1.{place or more.get('source_id')}.{period}",
        "kind": "event",
        "tripwire_id": "event_one_sided",
        "version": 1,
        "place_id": place,
        "source_id": None,
        "fired_at": iso(ctx.now()),
        "as_of": "2026-11-23",
        "level": level,
        "summary": "One-sided deaths in February were 412.",
        "question": "What will we do about one-sided killing in Sudan?",
        "because": [
            {"text": "412 deaths", "value": 412.5, "source_id": "ucdp_ged", "row": "SDN 2026-02", "vintage": "26.0.2"}
        ],
        **more,
    }


def by(post: str) -> Actor:
    """Somebody acting under a post by command line: another hand for each post."""
    return replace(cli_actor(post), os_user=post)


def weighed(number: int, *, decline: bool = False) -> dict[str, Any]:
    """What a decision says beside its reasons: an option rejected, every question answered, what would change it."""
    item = Item.objects.get(pk=number)
    said: dict[str, Any] = {
        "rejected": {"D04": "No envoy could be named in time"},
        "answers": {q.key: "The ambassador asks for the convoys to stop" for q in asked(item)},
    }
    return said | ({"would_change": "A second month over twenty-five"} if decline else {})


def in_days(ctx: Context, days: int) -> date:
    """The day this many days from now."""
    return ctx.now().date() + timedelta(days=days)


def kinds(item: int | None = None) -> Counter[str]:
    """How many ledger entries there are of each kind, of an item or in all."""
    rows = LedgerEntry.objects.all() if item is None else LedgerEntry.objects.filter(item=item)
    return Counter(rows.values_list("kind", flat=True))


def keys_from_one() -> None:
    """Let the keys of new rows start at 1 in a register that is empty: a server's go on from a life rolled back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'S'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER SEQUENCE "{name}" RESTART')


def rows() -> dict[str, Any]:
    """Every row of the docket without what may differ between two clocks that tick differently: when it was written."""
    return {
        "items": list(Item.objects.order_by("id").values(*_fields(Item))),
        "steps": list(
            Step.objects.order_by("item_id", "entered_at", "tier", "delivery_due").values(*_fields(Step, "id"))
        ),
        "links": list(
            ItemWarning.objects.order_by("item_id", "warning_id").values("item_id", "warning_id", "joined_at", "opened")
        ),
        "decisions": list(Decision.objects.order_by("id").values(*_fields(Decision, "ledger_seq", "checkpoint"))),
        "commitments": list(Commitment.objects.order_by("id").values(*_fields(Commitment))),
        "lapses": list(
            Lapse.objects.order_by("item_id", "due", "clock", "commitment_id").values(
                *_fields(Lapse, "id", "recorded_at", "ledger_seq")
            )
        ),
        # The red digest tells how things stand when it is written: a day without a tick is not told of afterwards.
        "messages": sorted(
            Message.objects.exclude(key__startswith="digest-red-").values_list("key", "to_post", "subject", "body")
        ),
        "ledger": {
            n: list(LedgerEntry.objects.filter(item=n).order_by("seq").values_list("kind", flat=True)) for n in _items()
        },
    }


def _items() -> list[int]:
    return list(Item.objects.values_list("pk", flat=True))


def _fields(model: Any, *without: str) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.attname not in without]
