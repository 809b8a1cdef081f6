"""A draft advisory to the UN joint office: each element filled from the record, or shown missing (M59).

Nobody is named in it, neither a reporter nor whoever rang a bell nor an assessor; what a person wrote freely in a
report or at the bell is not repeated. Names of those who do harm are left to the writer, as others allege them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from tocsin.catalog.advisory import Element, form
from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.clock import in_words
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.core.numbers import risk
from tocsin.options.routes import Wish, find
from tocsin.response.docket import will
from tocsin.response.docket.models import Item, Warning
from tocsin.response.register import assessments
from tocsin.response.register.reports.models import Report

Board = Mapping[str, Any]
NEWEST = 10
WRITE = "Missing: nothing in the record may answer this; write it"


@dataclass(frozen=True)
class Part:
    """One element: its lines from the record, and in words what is missing (empty when nothing is)."""

    id: str
    title: str
    asks: str
    lines: list[str]
    missing: str


@dataclass(frozen=True)
class Advisory:
    """The draft. ``missing`` names the elements that stay empty until a person writes them."""

    place_id: str
    place: str
    office: str
    drafted_on: str
    basis_label: str
    parts: list[Part]

    @property
    def missing(self) -> list[str]:
        """The titles of the elements in which the record has nothing."""
        return [part.title for part in self.parts if not part.lines]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "missing": self.missing}

    def text(self) -> str:
        """Return the draft as plain text, to be finished by hand."""
        lines = [
            f"DRAFT ADVISORY: {self.place}",
            f"To: {self.office}",
            f"Drafted {self.drafted_on} from the record; not sent. Form: {self.basis_label}.",
        ]
        for number, part in enumerate(self.parts, start=1):
            lines += ["", f"{number}. {part.title} ({part.asks})"]
            lines += [f"   {line}" for line in part.lines]
            if part.missing:
                lines.append(f"   [{part.missing}]")
        lines += ["", "Tocsin declares no crime and names no perpetrator; neither does this draft."]
        return "\n".join(lines) + "\n"


def draft(ctx: Context, place_id: str, row: Board | None) -> Advisory:
    """Return a draft about a place. ``row`` is its row of the board; None without a run or when it leaves it out.

    Raises Misuse for a place there is not.
    """
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Give an ISO 3166 code of three letters, or a name")
    told = form()
    sources: dict[str, Callable[[], tuple[list[str], str]]] = {
        "addressee": lambda: ([told.office, *(f"{m.adviser} (since {m.since})" for m in told.mandates)], ""),
        "written": lambda: ([], WRITE),
        "state": lambda: _state(place_id, row),
        "warnings": lambda: _warnings(place_id),
        "factors": lambda: _factors(place_id),
        "reports": lambda: _reports(place_id),
        "labels": lambda: _labels(place_id),
        "items": lambda: _items(place_id),
        "routes": lambda: _asked(ctx, place_id),
        "unknown": lambda: _unknown(place_id, row),
    }
    parts = [_part(element, *sources[element.from_]()) for element in told.elements]
    day = in_words(ctx.now().date())
    return Advisory(place_id, places()[place_id].name, told.office, day, told.basis_label, parts)


def _part(element: Element, lines: list[str], missing: str) -> Part:
    return Part(element.id, element.title, element.asks, lines, missing)


def _state(place_id: str, row: Board | None) -> tuple[list[str], str]:
    name = places()[place_id].name
    if row is None:
        return [], f"Missing: no run of this home has a row for {name}; write what is happening"
    line = (
        f"{name}: mass killing is {row['state']}"
        if row["state"] != "under way"
        else f"{name}: a mass killing is under way"
    )
    lines = [f"{line} (the board's own state; it is no finding on any crime)."]
    if row.get("p_onset") is not None:
        further = "a further, separate mass killing" if row["state"] == "under way" else "a mass killing"
        lines.append(
            f"Forecast of {further} (EWP definition): {risk(row['p_onset'])}. A forecast alone proves nothing."
        )
    return lines, "Missing: what is happening or feared, in words of those who know it; write it"


def _warnings(place_id: str) -> tuple[list[str], str]:
    rows = list(Warning.objects.filter(place_id=place_id).order_by("-fired_at", "-id")[:NEWEST])
    if not rows:
        return [], "Missing: no tripwire has fired here and nobody has rung the bell"
    lines = []
    for w in rows:
        what = "A person rang the bell; their words stay in the record" if w.kind == "bell" else w.summary
        lines.append(f"{in_words(w.fired_at.date())}, level {w.level}: {what}")
    return lines, ""


def _factors(place_id: str) -> tuple[list[str], str]:
    known = library().framework.factors
    seen = assessments.factors_seen(place_id)
    lines = []
    for code, one in seen.items():
        differ = f"; assessors differ on {len(one.dissent)} question{'s' if len(one.dissent) != 1 else ''}"
        lines.append(
            f"{code} {known[code].name}: {one.state}, trend {one.trend}, confidence {one.confidence}"
            f"{differ if one.dissent else ''}; cite {', '.join(one.citations)}"
        )
    return lines, "" if lines else "Missing: no factor of the Framework is assessed as present here; assess the place"


def _reports(place_id: str) -> tuple[list[str], str]:
    rows = list(Report.objects.filter(place_id=place_id).prefetch_related("readings").order_by("dated", "id"))
    if not rows:
        return [], "Missing: no report from the field is on record"
    twice = sum(len(r.readings.all()) >= 2 for r in rows)
    return [
        f"{len(rows)} on record, dated {in_words(rows[0].dated)} to {in_words(rows[-1].dated)}; "
        f"{twice} read by two readers. Their words and writers are not repeated here."
    ], "Missing: what of them may be quoted, with the consent of their writers; ask first"


def _labels(place_id: str) -> tuple[list[str], str]:
    lines = [
        f"{r['said_on']}: {r['by']} {'called it' if r['use'] == 'applied' else 'avoided'} {r['name']} ({r['document']})"
        for r in will.labels_of(place_id)
    ]
    return lines, "" if lines else "Missing: nothing is recorded of what others called it"


def _items(place_id: str) -> tuple[list[str], str]:
    rows = Item.objects.filter(place_id=place_id).prefetch_related("decisions__commitments").order_by("id")
    lines = [f"Question opened {in_words(i.opened_at.date())}, level {i.level}: {i.state}" for i in rows]
    if not lines:
        return [], "Missing: no question about this place is on the docket"
    return (
        lines,
        "Missing: what was decided is not told outside by itself; write what may be told, and measures of others",
    )


def _asked(ctx: Context, place_id: str) -> tuple[list[str], str]:
    today = ctx.now().date()
    found = find(Wish("procedure:U24", place_id, today + timedelta(60), today), library())
    lines = []
    for path in found.paths:
        step = path.steps[-1].route
        lines.append(
            f"Could be asked: {path.gives} ({step.id}); {in_words(path.earliest)} to {in_words(path.latest)} "
            f"if asked today (planning estimates, {step.basis_label})"
        )
    return lines, "Missing: which one act is asked, and by which day it would help; write it"


def _unknown(place_id: str, row: Board | None) -> tuple[list[str], str]:
    known = library().framework.factors
    answered = assessments.factors_answered(place_id)
    lines = []
    if blank := [code for code in known if code not in answered]:
        lines.append(f"Nobody has looked at {len(blank)} of {len(known)} factors: {', '.join(blank)}.")
    if open_ := [code for code, one in answered.items() if one.state == "unknown"]:
        lines.append(f"Looked at and not known: {', '.join(open_)}.")
    if differ := [code for code, one in answered.items() if one.dissent]:
        lines.append(f"Assessors differ on {', '.join(differ)}; both answers stand.")
    if row is None:
        lines.append("No forecast covers it in the newest run: that is not a low risk.")
    return lines or ["Every factor was looked at, and nobody differs."], ""
