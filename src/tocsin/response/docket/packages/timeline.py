"""The joint time line (M61): the lines of a package and what is under way at its place, and where they clash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tocsin.catalog.library import library
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse
from tocsin.options.clashes import Clash, Move, clashes
from tocsin.response.docket.contradictions import standing
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages.words import LineRow, Words


def ref(n: int, rows: Sequence[LineRow]) -> str:
    """Return how a line is called: its option, or its number when it has none or shares it."""
    option = rows[n - 1].option
    return option if option and sum(row.option == option for row in rows) == 1 else f"L{n}"


def span(row: LineRow) -> tuple[date, date] | None:
    """Return the first and last day of a line; None without a readable start.

    A line without an end is drawn to its start and the longest lead time, that of the catalogue when none is written.
    """
    try:
        starts, ends = parse_date(row.starts), parse_date(row.ends) if row.ends else None
    except Misuse:
        return None
    if ends is None:
        option = library().options.get(row.option)
        days = row.lead_days_max if row.lead_days_max.isascii() and row.lead_days_max.isdigit() else ""
        longest = int(days[:4]) if days else option.lead_days_max if option else 0
        try:
            ends = starts + timedelta(days=longest)
        except OverflowError:
            ends = starts
    return (starts, ends) if starts <= ends else None


def moves(item: Item, said: Words) -> list[Move]:
    """Return the lines that have days, then the commitments under way at the place, in order."""
    found = []
    for n, row in enumerate(said.lines, 1):
        days, option = span(row), library().options.get(row.option)
        if days is not None:
            found.append(Move(ref(n, said.lines), row.option, row.what or (option.name if option else ""), *days))
    for c in standing(item.place_id) if item.place_id else []:
        starts = c.decision.at.date()
        found.append(Move(f"C{c.pk}", c.option_id, c.what, starts, max(starts, c.due.date())))
    return found


def clashes_of(item: Item, said: Words) -> list[Clash]:
    """Return the clashes of a package: among its lines, and of its lines with commitments under way."""
    mine = {ref(n, said.lines) for n in range(1, len(said.lines) + 1)}
    return [c for c in clashes(moves(item, said)) if c.a.ref in mine]


def field_of(clash: Clash, rows: Sequence[LineRow]) -> str:
    """Return the field in which a clash can be mended: the start of the line named last."""
    own = [n for n in range(1, len(rows) + 1) if ref(n, rows) in (clash.a.ref, clash.b.ref)]
    return f"lines-{own[-1]}-starts"
