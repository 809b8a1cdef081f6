"""The red digest: what is unresolved at the highest levels, told to the top tier every day (M74)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.response.docket import clocks, letters, outbox, silent
from tocsin.response.docket.models import Item, Message

UNRESOLVED = (Item.State.OPEN, Item.State.LAPSED, Item.State.DEFERRED)


def write_due(ctx: Context) -> int:
    """Write the digest of the day (or of so many days) that is over, once a post; return how many were written.

    It holds the items that stand unresolved now: of a week without a tick there is one digest, not seven that say what
    is no longer so. Nothing unresolved: no digest.
    """
    # The directive in force, for items of every version: it is the top of today's house that is told how things stand.
    rules = directive.current().red_digest
    if rules is None:
        return 0
    since = _began(ctx.now(), rules.every_days)
    key = f"digest-red-{since:%Y-%m-%d}"
    posts = directive.current().posts_of(rules.to_tier)
    missing = [p for p in posts if not Message.objects.filter(key=f"{key}.{p}").exists()]
    if not missing:
        return 0
    levels = [level for level, rank in directive.RANK.items() if rank >= directive.RANK[rules.level]]
    rows = Item.objects.filter(state__in=UNRESOLVED, level__in=levels, opened_at__lt=since).order_by(
        "decision_due", "id"
    )
    found = list(rows.prefetch_related("steps"))
    heard = {post: [i for i in found if silent.may_hear(directive.current(), i, post)] for post in missing}
    with transaction.atomic():
        return sum(
            outbox.write(ctx, None, key, post, _letter(mine, since, ctx.now())) for post, mine in heard.items() if mine
        )


def _began(now: datetime, every_days: int) -> datetime:
    """Return the last midnight (UTC) at which a digest falls due."""
    day = now.date()
    return clocks.start_of_day(day - timedelta(days=day.toordinal() % every_days))


def _letter(found: list[Item], since: datetime, now: datetime) -> tuple[str, str]:
    lines = []
    for item in found:
        steps = list(item.steps.all())
        stands = next((s for s in reversed(steps) if s.left_at is None), None)
        answered = f"acknowledged by {stands.acknowledged_post}" if stands and stands.acknowledged_at else "unanswered"
        clock = "decision overdue since" if item.decision_due <= now else "decide by"
        lines.append(
            f"- Item {item.pk}, {letters.about(item)} ({item.level}): tier {item.tier}, {item.owner_post}, {answered}; "
            f"{clock} {letters.when(item.decision_due)}"
        )
    one = len(found) == 1
    return f"{since:%Y-%m-%d}: {len(found)} question{'' if one else 's'} unresolved at the highest levels", "\n".join(
        ["These await a decision:", "", *lines, ""]
    )
