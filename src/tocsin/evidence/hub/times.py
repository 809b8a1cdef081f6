"""What could have seen its own outcome, and origins that have not come: told against the clock of the receipt."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse
from tocsin.evidence.hub import place_words, windows
from tocsin.evidence.hub.claims import PEOPLE
from tocsin.evidence.hub.findings import Findings
from tocsin.evidence.hub.metadata import AT_ORIGIN, Metadata


def times(asked: pl.DataFrame, frame: pl.DataFrame, meta: Metadata, received: datetime, found: Findings) -> None:
    """Refuse what could have seen its own outcome, and origins that have not come."""
    known, today = outcomes(), received.date()
    until = meta.data_until
    if meta.made_at and meta.made_at > today:
        found.say("future", f"made_at is after today, {today}", "made_at", str(meta.made_at))
    if isinstance(until, date) and until > today:
        found.say("future", f"data_until is after today, {today}", "data_until", str(until))
    for origin in asked["o"].unique().sort():
        end = windows.ends(origin)
        if end >= today:
            found.rows(frame.filter(pl.col("o") == origin), "origin", "wrong-origin", f"{origin} has not ended")
        if until != AT_ORIGIN and isinstance(until, date) and until > end:
            said = f"the data go to {until}, after the origin {origin} ({end}): they could hold its outcome"
            found.say("could-have-seen", said, "data_until", str(until))
    people = set(PEOPLE) <= set(frame.columns)
    days = _days(frame, today, found) if people else {}
    for target, origin, horizon in asked.select("target", "o", "h").unique(maintain_order=True).iter_rows():
        if horizon not in known[target].target.horizons:
            continue
        last = windows.window(origin, known[target].target, horizon)[1]
        rows = frame.filter((pl.col("target") == target) & (pl.col("o") == origin) & (pl.col("h") == horizon))
        if people:
            late = rows.filter(pl.col("made_at").is_in([text for text, day in days.items() if day > last]))
            found.rows(late, "made_at", "after-outcome", f"made after {last}, when the outcome was decided")
        if last < today and not meta.retrospective:
            _after(rows, (target, origin, horizon), last, found)


def _after(rows: pl.DataFrame, asked: tuple[str, str, int], last: date, found: Findings) -> None:
    """Refuse rows whose window had ended when they came in and that do not say so."""
    target, origin, horizon = asked
    said = f"the window of {origin} ended on {last}, before this was received: its outcome could be known"
    todo = "; leave it out, or, if these are hindcasts, write retrospective: true and they are scored apart"
    if len(rows):
        found.rows(rows, "origin", "after-outcome", said + todo)
    else:
        found.say("after-outcome", f"{target}, horizon {horizon}: {said}{todo}", "origin", origin)


def _days(frame: pl.DataFrame, today: date, found: Findings) -> dict[str, date]:
    """Return each made_at text as a day, flagging those that are none or that have not come."""
    days: dict[str, date] = {}
    for text in frame["made_at"].unique():
        try:
            days[text] = parse_date(text[:10])
        except Misuse:
            found.rows(frame.filter(pl.col("made_at") == text), "made_at", "not-a-date", "write a day as 2026-11-23")
            continue
        if days[text] > today:
            found.rows(frame.filter(pl.col("made_at") == text), "made_at", "future", f"after today, {today}")
    return days


def missing_places(asked: pl.DataFrame, found: Findings) -> None:
    """Remark on places a full list would have: they are not scored, and never taken for calm."""
    for target, origin in asked.select("target", "o").unique(maintain_order=True).iter_rows():
        have = set(asked.filter((pl.col("target") == target) & (pl.col("o") == origin))["p"])
        absent = [p for p in place_words.listed(origin) if p not in have]
        if absent:
            some = ", ".join(absent[:12]) + (" …" if len(absent) > 12 else "")
            said = f"{target} {origin}: {len(absent)} of {len(absent) + len(have)} places have no forecast: {some}"
            found.say("missing-places", said, weight="warn")
