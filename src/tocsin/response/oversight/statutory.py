"""A report to an overseer, from the ledger alone: every element is filled from the record, or shown missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tocsin.catalog import directive, terms
from tocsin.catalog import oversight as known
from tocsin.catalog.basis import basis_label
from tocsin.core.clock import in_words, iso
from tocsin.core.errors import Misuse
from tocsin.response.oversight.duty import owed
from tocsin.response.oversight.entries import Record
from tocsin.response.oversight.filling import FILLERS
from tocsin.response.oversight.period import Period
from tocsin.response.oversight.wording import loaded_in


def shape_of(name: str) -> known.Shape:
    """Return a shape of report. Raises Misuse, naming those there are."""
    try:
        return known.shapes()[name]
    except KeyError:
        raise Misuse(f"There is no shape of report {name!r}", todo=f"There are {', '.join(known.shapes())}") from None


def report(record: Record, shape: str, first: date, last: date, now: datetime) -> dict[str, Any]:
    """Return a report over the days ``first`` to ``last``, as plain values and as the words that every form prints.

    What the record of those days does not hold is missing, with what would fill it. Entries after ``now`` and after the
    last day are not read. Raises Misuse when the days are in the wrong order or the shape is unknown.
    """
    if last < first:
        raise Misuse(f"The period ends on {last}, before it begins on {first}", todo="Write --from DAY --to DAY")
    form = shape_of(shape)
    begin = datetime.combine(first, time(0), UTC)
    end = min(datetime.combine(last, time(0), UTC) + timedelta(days=1, seconds=-1), now)
    period = Period(record, begin, end)
    elements = [_element(element, period) for element in form.elements]
    parts = [part for element in elements for part in element["parts"]]
    due = owed(form.duty, last) if form.duty else None
    return {
        "shape": form.id,
        "title": form.title,
        "basis": basis_label(form.basis),
        "organisation": directive.current().organisation,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "period": f"{in_words(first)} to {in_words(last)}",
        "cut_short": f"{in_words(end.date())}, {end:%H:%M} UTC"
        if end < datetime.combine(last, time(23, 59, 59), UTC)
        else None,
        "written_at": iso(now),
        "source": record.source,
        "entries": len(period.entries),
        "withheld_bodies": sum(e.body is None for e in period.entries),
        "duty": {"said": due.said, "expired": due.expired, "dues": [d.isoformat() for d in due.dues]} if due else None,
        "to_whom": form.duty.to if form.duty else [],
        "annex": form.duty.annex if form.duty else "",
        "elements": elements,
        "parts": len(parts),
        "filled": sum(part["filled"] for part in parts),
        "missing": [f"{part['element']}: {part['asks']}" for part in parts if not part["filled"]],
        "loaded_words": [hit.sentence() for hit in loaded_in(_texts(elements))],
    }


def with_words(told: dict[str, Any], words: str) -> dict[str, Any]:
    """Return a report with a last part: its words that a vocabulary says otherwise or that are easily mistaken.

    What the record says stays word for word as it is. Raises Misuse for a vocabulary there is not.
    """
    name = terms.VOCABULARIES[terms.vocabulary(words)]
    texts = [e["heading"] for e in told["elements"]] + [p["asks"] for e in told["elements"] for p in e["parts"]]
    found = terms.glossary("\n".join([*texts, *(text for _, text in _texts(told["elements"]))]), words)
    part = {
        "element": "words",
        "id": "words",
        "asks": "Words of this report that are said otherwise there, or are easily mistaken",
        "filled": True,
        "lines": [] if found else ["None of the list is in it."],
        "columns": ["Here", f"In the words of the {name} vocabulary", "Easily mistaken"] if found else [],
        "rows": [[m.text, " or ".join(m.mapped), "; ".join(m.warnings) or "–"] for m in found],
        "would_fill": "",
    }
    last = {"id": "words", "heading": f"Words, as the {name} vocabulary has them", "parts": [part]}
    return {**told, "elements": [*told["elements"], last], "vocabulary": words}


def _element(element: known.Element, period: Period) -> dict[str, Any]:
    return {
        "id": element.id,
        "heading": element.heading,
        "parts": [_part(part, element.id, period) for part in element.parts],
    }


def _part(part: known.ShapePart, element: str, period: Period) -> dict[str, Any]:
    filled = FILLERS[part.filled_by](period) if part.filled_by else None
    return {
        "element": element,
        "id": part.id,
        "asks": part.asks,
        "filled": filled is not None,
        "lines": filled.lines if filled else [],
        "columns": filled.columns if filled else [],
        "rows": filled.rows if filled else [],
        "would_fill": part.would_fill,
    }


def _texts(elements: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return every text of the record that the report repeats, with the place where it stands."""
    return [
        (f"({part['element']}) {part['asks']}", cell)
        for element in elements
        for part in element["parts"]
        for cell in [*part["lines"], *(c for row in part["rows"] for c in row)]
    ]
