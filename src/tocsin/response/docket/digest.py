"""The weekly digest: lapses at the ceiling of the lowest level, told to the tier above it when the week is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.directive import Directive
from tocsin.core.context import Context
from tocsin.response.docket import clocks, letters, outbox, silent
from tocsin.response.docket.models import Lapse, Message
from tocsin.response.register.people import holders


def week_of(moment: datetime) -> date:
    """Return the Monday of the week (UTC) a moment falls in."""
    return moment.date() - timedelta(days=moment.weekday())


def write_due(ctx: Context) -> int:
    """Write one digest for every finished week that has lapses and none yet; return how many messages were written.

    Each lapse goes by the version its item runs under. The text depends on the lapses of the week alone, so it does not
    matter when, or how often, this runs.
    """
    this_week = clocks.start_of_day(week_of(ctx.now()))
    lapses = Lapse.objects.filter(at_ceiling=True, clock__in=["delivery", "decision"], due__lt=this_week)
    told: dict[tuple[date, str, str], list[Lapse]] = {}
    for lapse in lapses.select_related("item").order_by("due", "id"):
        rules = directive.version(lapse.item.directive_version)
        # By tier, not by the item's level: a later warning may raise the level, and the week stays what it was.
        if lapse.tier != rules.level(rules.digest.level).ceiling:
            continue
        for post in _hearers(rules):
            if silent.may_hear(rules, lapse.item, post):
                told.setdefault((week_of(lapse.due), rules.digest.level, post), []).append(lapse)
    written = 0
    for (monday, level, post), mine in sorted(told.items(), key=lambda row: row[0]):
        key = f"digest-{level}-{monday}"
        if Message.objects.filter(key=f"{key}.{post}").exists():
            continue
        with transaction.atomic():
            written += outbox.write(ctx, None, key, post, _letter(monday, mine, level))
    return written


def _hearers(rules: Directive) -> list[str]:
    """Return the posts of the tier that a version tells: its own, or where nobody is left in one, those of today."""
    known, today = {p.id for p in directive.current().posts}, directive.current()
    own = [post for post in rules.posts_of(rules.digest.to_tier) if post in known or holders(post)]
    return own or today.posts_of(today.digest.to_tier)


def _letter(monday: date, found: list[Lapse], level: str) -> tuple[str, str]:
    """Return subject and body: one line an item and clock, in the order in which they ran out."""
    items = {lapse.item_id for lapse in found}
    lines = [
        f"- Item {lapse.item_id}, {letters.about(lapse.item)}: {lapse.clock} clock ran out at tier {lapse.tier} "
        f"({', '.join(lapse.posts) or 'nobody asked'}) {letters.when(lapse.due)}"
        for lapse in found
    ]
    subject = f"Week of {monday}: {len(items)} {level} {'items' if len(items) != 1 else 'item'} lapsed unanswered"
    return subject, "\n".join(
        [f"These questions at level {level} reached the end of their ladder unanswered:", "", *lines, ""]
    )
