"""Dates the asks of a path back from a meeting: who is asked for what, by which day (M66)."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from tocsin.catalog.library import Library
from tocsin.core.clock import in_words
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import in_cell
from tocsin.options.routes.finding import find
from tocsin.options.routes.paths import Path, Wish


@dataclass(frozen=True)
class Due:
    """One ask with its days.

    ``ask_by``: asked on this day, the meeting holds even if each step takes its slow end. ``last_day``: the same at
    the fast end; after it the meeting is lost on this path. ``needed_by``: when the answer has to be there.
    ``state``: what holds today, in words.
    """

    number: int
    procedure: str
    body: str
    part: str
    who: str
    recipient: str
    ask: str
    count: str
    ask_by: date
    last_day: date
    needed_by: date
    state: str
    basis: str


@dataclass(frozen=True)
class Plan:
    """The asks of one path in the order of their days. ``choice`` of ``choices`` paths, as ``route`` lists them."""

    wish: Wish
    says: str
    path: Path
    choice: int
    choices: int
    asks: tuple[Due, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        plain = [{k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(ask).items()} for ask in self.asks]
        return {
            "goal": self.says,
            "place_id": self.wish.place_id,
            "meeting": self.wish.by.isoformat(),
            "today": self.wish.today.isoformat(),
            "path": self.choice,
            "paths": self.choices,
            "asks": plain,
            "conditions": list(self.path.conditions),
            "blocks": list(self.path.blocks),
            "ways_around": list(self.path.ways_around),
            "notes": list(self.notes),
        }

    def as_csv(self) -> str:
        """Return the asks as a table, one a row."""
        out = io.StringIO(newline="")
        table = csv.writer(out, lineterminator="\n")
        columns = [field.name for field in fields(Due)]
        table.writerow(columns)
        for ask in self.as_dict()["asks"]:
            table.writerow([in_cell(ask[column]) for column in columns])
        return out.getvalue()


def plan(wish: Wish, library: Library, *, choice: int = 0) -> Plan:
    """Return the asks of a path to the goal by the meeting on ``wish.by``.

    ``choice`` numbers the paths as ``find`` lists them, from 1; 0 takes the first that holds at its slow end, else the
    first. Raises Refused when no lawful path arrives by the meeting, with the nearest day; Misuse for no such path.
    """
    found = find(wish, library)
    if not found.paths:
        changes = "; ".join(found.changes)
        raise Refused(
            f"No lawful path to {found.goal.says!r} arrives by {in_words(wish.by)}",
            todo=changes or "; ".join(found.notes[1:]) or "tocsin options route shows what is closed and why",
        )
    if not 0 <= choice <= len(found.paths):
        raise Misuse(
            f"There is no path {choice}", todo=f"Give 1 to {len(found.paths)}, as tocsin options route lists them"
        )
    chosen = choice or next((n for n, p in enumerate(found.paths, start=1) if p.sure), 1)
    path = found.paths[chosen - 1]
    notes = list(found.notes)
    if not path.sure:
        notes.append(f"At its slow end this path arrives on {in_words(path.latest)}, after the meeting: start at once")
    return Plan(wish, found.goal.says, path, chosen, len(found.paths), _dated(wish, path), tuple(notes))


def _dated(wish: Wish, path: Path) -> tuple[Due, ...]:
    """Return the asks with their days, counted back from the meeting at the slow and at the fast end of every step."""
    slow, fast = (wish.by - path.latest), (wish.by - path.earliest)
    dated = []
    for step in path.steps:
        for ask in step.asks:
            ask_by, last_day = step.begins_latest + slow, step.begins + fast
            needed_by = last_day if ask.part == "start" else step.earliest + fast
            if ask.part == "consent":
                needed_by = last_day
            dated.append((ask_by, last_day, needed_by, step.route, ask))
    dated.sort(key=lambda d: (d[0], d[1]))  # stable: the order of steps and asks decides between equal days
    return tuple(
        Due(
            number=number,
            procedure=route.id,
            body=route.body,
            part=ask.part,
            who=ask.who,
            recipient=ask.whom,
            ask=ask.what,
            count=ask.count,
            ask_by=ask_by,
            last_day=last_day,
            needed_by=needed_by,
            state=_state(wish.today, ask_by, last_day),
            basis=route.basis_label,
        )
        for number, (ask_by, last_day, needed_by, route, ask) in enumerate(dated, start=1)
    )


def _state(today: date, ask_by: date, last_day: date) -> str:
    if ask_by > today:
        return f"in {(ask_by - today).days} days"
    if ask_by == today:
        return "today"
    late = (today - ask_by).days
    left = (last_day - today).days
    return f"ask now: {late} days late at the slow end, {left} left at the fast end"


def first_days(plan: Plan) -> list[tuple[Due, date]]:
    """Return each ask with the day on which to make it: its own, or today when that has passed."""
    return [(ask, max(ask.ask_by, plan.wish.today)) for ask in plan.asks]


def day_after(day: date) -> date:
    """Return the next day: the end of an all-day entry in a calendar is not part of it."""
    return day + timedelta(1)
