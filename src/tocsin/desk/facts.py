"""What several pages and the brief say alike: the run in force, its rows with their open items, the line of state.

One source for every number: page, PDF and JSON are written from these dictionaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404

from tocsin.catalog.geography import places
from tocsin.core.clock import in_words, parse_date, parse_time, period_in_words
from tocsin.core.context import Context
from tocsin.response.docket import heartbeats
from tocsin.response.docket.models import Item, Lapse
from tocsin.response.register import loads, mandate, runs
from tocsin.response.register.dated import nothing_known

AWAITING = ("open", "deferred", "lapsed")
LIVE = ("open", "deferred", "acting", "lapsed")
ONSET, CONFLICT = runs.ONSET, runs.CONFLICT
Row = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """The run in force and its board, each row with the number of its open item."""

    run: runs.Run
    rows: list[Row]
    base: dict[str, float]

    @property
    def under_way(self) -> list[Row]:
        """Rows of places where a mass killing is under way, longest first."""
        return [r for r in self.rows if r["state"] == "under way"]

    @property
    def info(self) -> dict[str, Any]:
        """The run's own description of itself."""
        return self.run.info


def picture(ctx: Context) -> Picture | None:
    """Return the latest run with items joined to its rows; None before the first refresh. Raises Damaged."""
    run = runs.latest(ctx.settings.home)
    return None if run is None else of_run(run)


def of_run(run: runs.Run) -> Picture:
    """Return the picture of any run."""
    items: dict[str, Item] = {}
    for item in Item.objects.filter(state__in=LIVE).exclude(place_id="").order_by("-opened_at", "-id"):
        items[item.place_id] = item
    rows = []
    for row in run.board():
        item = items.get(row["place_id"])
        rows.append(
            {
                **row,
                "item": item.pk if item else None,
                "level": item.level if item else "",
                "owner": item.owner_post if item else "",
            }
        )
    return Picture(run, rows, run.base_rates)


def known_place(place_id: str) -> str:
    """Return a place's name. Raises Http404 with a sentence."""
    if place_id not in places():
        raise Http404(f"There is no place with the letters {place_id}")
    return places()[place_id].name


def degraded(ctx: Context, pic: Picture) -> list[str]:
    """Return what lowers trust now: what the run says of itself, and each file refused since, read from the store."""
    said = list(pic.info.get("degraded") or [])
    titles = {s["id"]: str(s["title"]) for s in pic.run.sources}
    for source, record in loads.refused(ctx.settings.store).items():
        title = titles.get(source, source)
        said = [line for line in said if not line.startswith(f"{title}: the last file was refused")]
        said.append(loads.sentence(title, record))
    return said


def uncovered(place_id: str) -> str:
    """Return what is said of a place that no run covers."""
    return nothing_known(places()[place_id])


def state_line(ctx: Context, pic: Picture) -> dict[str, Any]:
    """Return the one line that heads board and brief."""
    now = ctx.now()
    awaiting = Item.objects.filter(state__in=AWAITING)
    first = awaiting.order_by("decision_due").first()
    return {
        "run_id": pic.run.run_id,
        "as_of": pic.info["as_of"],
        "under_way": len(pic.under_way),
        "places": len(pic.rows),
        "awaiting": awaiting.count(),
        "next_due": first.decision_due if first else None,
        "next_item": first.pk if first else None,
        "lapses": lapses_since(now - timedelta(days=7), now),
        "window": window.words if (window := pic.run.window()) else "",
        "conflict_window": window.words if (window := pic.run.window(target=CONFLICT)) else "",
        "none_known": pic.run.none_known,
        "snapshot_note": pic.info.get("snapshot_note") if pic.info.get("snapshot") else "",
        "degraded": degraded(ctx, pic),
        "silence": heartbeats.silence(now),
    }


def lapses_since(start: datetime, end: datetime) -> int:
    """Count clocks that ran out between two moments."""
    return Lapse.objects.filter(due__gt=start, due__lte=end).count()


def licences(sources: Iterable[Row]) -> str:
    """Return one line naming the sources behind the figures and their licences."""
    seen: dict[str, str] = {}
    for source in sources:
        seen.setdefault(f"{source['publisher']} ({source['licence']})", "")
    return "; ".join(seen)


def moment(text: str) -> datetime:
    """Return the moment of an ISO text that the docket gave."""
    return parse_time(text)


def post_title(post_id: str) -> str:
    """Return a post's title, of the directive in force or an earlier one; its id when none has it."""
    return mandate.title(post_id)


def months_past(warning: Any, day: date | None = None) -> int:
    """Return how many months before a day (default: when it fired) the month of a warning's data was.

    0 when it is of no single month.
    """
    named = re.search(r"\.(\d{4})-(\d{2})$", str(warning.warning_id))
    if named is None:
        return 0
    seen = day or warning.fired_at
    return 12 * (seen.year - int(named[1])) + seen.month - int(named[2])


def month_of(warning: Any) -> str:
    """Return the month a warning's data are of (``2025-10``); empty when they are of no single month."""
    named = re.search(r"\.(\d{4}-\d{2})$", str(warning.warning_id))
    return named[1] if named else ""


def killing_age(item: Item, now: datetime) -> str:
    """Return in words when the newest killing counted behind an item was; empty when no warning is of a month."""
    # A month of silence is not one in which a killing was counted.
    months = [w for w in item.warnings.all() if w.kind != "silence" and month_of(w)]
    if not months:
        return ""
    newest = max(months, key=month_of)
    past = months_past(newest, now.date())
    ago = "this month" if not past else f"{past} month{'' if past == 1 else 's'} ago"
    return f"the killing it speaks of was counted in {period_in_words(month_of(newest))}, {ago}"


def day(text: str) -> str:
    """Return an ISO date as people write it: ``23 Nov 2026``."""
    return in_words(parse_date(text[:10]))
