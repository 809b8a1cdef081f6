"""What a package lacks and what is flagged in it: nothing of it is decided here, and nothing is written.

What is *missing* has no way around: the package cannot be submitted. What is *flagged* (two leads, acting alone, a
clash, a repeat) is changed, or answered with a reason that stays with the package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tocsin.catalog.alone import alone, instead, multilateral
from tocsin.catalog.library import library
from tocsin.catalog.packages import Asked, Section, form
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse
from tocsin.core.words import substantial
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages import roles, timeline
from tocsin.response.docket.packages.findings import Flag, Missing
from tocsin.response.docket.packages.joint import incomplete
from tocsin.response.docket.packages.past import repeats
from tocsin.response.docket.packages.words import LineRow, Words

MOST_DAYS = 5000
UNREAD = "the day could not be read; write it as 2026-12-01"


@dataclass(frozen=True)
class Checked:
    """A package as it stands: what is missing, what is flagged."""

    missing: list[Missing]
    flags: list[Flag]
    incomplete: list[dict[str, Any]]
    """What it lacks as a joint plan: shown, and in nobody's way."""

    @property
    def open_flags(self) -> list[Flag]:
        """Flags without a reason."""
        return [f for f in self.flags if not f.answered]

    @property
    def ready(self) -> bool:
        """Whether it could be submitted."""
        return not self.missing and not self.open_flags


def check(item: Item, said: Words, today: date) -> Checked:
    """Check everything a package says."""
    missing = [*_fields(said), *_lines(said), *_rapid(said, today)]
    flags = [*roles.flags(said), *_alone(said), *_clashes(item, said), *_repeats(item, said, today)]
    answered = [replace(f, answer=said.answers.get(f.key, "")) for f in flags]
    joint = incomplete((row.option, bool(row.parts("leads"))) for row in said.lines)
    return Checked(missing, answered, joint)


def canvas_missing(said: Words) -> list[Missing]:
    """Return what the canvas lacks: it comes before any option (M46)."""
    return [m for m in _fields(said) if m.field.split("-")[0] in ("canvas", "actors")]


def uses_force(row: LineRow) -> bool:
    """Tell whether a line uses force: by the catalogue, or because its author says so."""
    option = library().options.get(row.option)
    return row.force or (option is not None and form().uses_force(option))


def day(text: str) -> date | None:
    """Return the day in a field; None when it is empty or cannot be read."""
    try:
        return parse_date(text) if text else None
    except Misuse:
        return None


def days(text: str) -> int | None:
    """Return a number of days, 0 to MOST_DAYS; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= MOST_DAYS else None


def _fields(said: Words) -> list[Missing]:
    found = []
    for section in form().sections:
        if section.rapid_only and not said.is_rapid:
            continue
        rows = getattr(said, section.id)
        if not section.repeats:
            found += _row(section, rows, f"{section.id}-", section.title, rapid=said.is_rapid)
            continue
        if len(rows) < section.least:
            first = section.fields[0].id
            found.append(Missing(f"{section.id}-1-{first}", section.title, "not one is named"))
        for n, row in enumerate(rows, 1):
            where = f"{section.title}, {'line' if section.id == 'lines' else 'actor'} {n}"
            found += _row(section, row, f"{section.id}-{n}-", where, rapid=said.is_rapid)
    return found


def _row(section: Section, row: Any, prefix: str, where: str, *, rapid: bool) -> list[Missing]:
    return [
        Missing(f"{prefix}{f.id}", where, f"{f.label.lower()} is missing")
        for f in section.fields
        if f.required(rapid=rapid) and not getattr(row, f.id)
    ]


def _lines(said: Words) -> list[Missing]:
    fields = {f.id: f for f in form().section("lines").fields}
    return [fault for n, row in enumerate(said.lines, 1) for fault in _line(n, row, fields)]


def _line(n: int, row: LineRow, fields: dict[str, Asked]) -> list[Missing]:
    known, found = library(), []

    def fault(name: str, what: str) -> None:
        found.append(Missing(f"lines-{n}-{name}", f"Lines of effort, line {n}", what))

    if not row.option and not row.what:
        fault("option", "it names neither an option nor what is done")
    if row.option and row.option not in known.options:
        fault("option", f"there is no option {row.option} in the catalogue")
    if row.procedure and row.procedure not in known.procedures:
        fault("procedure", f"there is no procedure {row.procedure} in the catalogue")
    if row.cost_band and row.cost_band not in {b.id for b in form().bands}:
        fault("cost_band", f"there is no cost band {row.cost_band}")
    for name in ("starts", "ends", "measure_on"):
        if getattr(row, name) and day(getattr(row, name)) is None:
            fault(name, f"{fields[name].label.lower()}: {UNREAD}")
    starts, ends = day(row.starts), day(row.ends)
    if starts and ends and ends < starts:
        fault("ends", "it ends before it starts")
    lead = [days(row.lead_days_min), days(row.lead_days_max)]
    for name, number in zip(("lead_days_min", "lead_days_max"), lead, strict=True):
        if getattr(row, name) and number is None:
            fault(name, f"days are a whole number from 0 to {MOST_DAYS}")
    if lead[0] is not None and lead[1] is not None and lead[0] > lead[1]:
        fault("lead_days_max", "the longest lead time is shorter than the shortest")
    if uses_force(row) and not substantial(row.legal_basis):
        fault("legal_basis", "it uses force, and no legal basis is recorded")
    return found


def _rapid(said: Words, today: date) -> list[Missing]:
    if not said.is_rapid:
        return []
    rules, where, found = form(), form().section("rapid").title, []
    if said.rapid.confidence and said.rapid.confidence not in rules.confidences:
        found.append(Missing("rapid-confidence", where, f"confidence is one of {', '.join(rules.confidences)}"))
    by = day(said.rapid.complete_by)
    if said.rapid.complete_by and by is None:
        found.append(Missing("rapid-complete_by", where, UNREAD))
    elif by and not 0 <= (by - today).days <= rules.rapid_days.most:
        most = f"within {rules.rapid_days.most} days, from today on"
        found.append(Missing("rapid-complete_by", where, f"a package made in haste is made whole {most}"))
    return found


def _alone(said: Words) -> list[Flag]:
    """Flag what one state does alone, with what several could do instead and what it brings with it (M58)."""
    found, known = [], library().options
    for n, row in enumerate(said.lines, 1):
        actors = len({*row.parts("leads"), *row.parts("support")})
        listed = alone(row.option, row.procedure, actors)
        if not row.alone and listed is None:
            continue
        listed = listed or instead(row.option)
        others = listed.equivalents if listed else []
        names = "; ".join(f"{o} {known[o].name}" for o in others) or "the catalogue names nothing"
        brings = "; ".join(listed.side_effects) if listed else "nobody has written it down"
        why = [f"what several could do instead: {names}", f"what doing it alone brings: {brings}"]
        ref = timeline.ref(n, said.lines)
        what = f"{ref}: one state does it alone"
        basis = multilateral().basis if listed else ""
        found.append(Flag(f"alone-{ref}", "alone", f"lines-{n}-alone", what, why, list(others), basis))
    return found


def _clashes(item: Item, said: Words) -> list[Flag]:
    return [
        Flag(f"clash-{c.key}", "clash", timeline.field_of(c, said.lines), c.sentence(), [c.why], basis=c.basis)
        for c in timeline.clashes_of(item, said)
    ]


def _repeats(item: Item, said: Words, today: date) -> list[Flag]:
    return [
        Flag(
            f"repeat-{r.package.item_id}-{r.package.version}",
            "repeat",
            "lines-1-option",
            r.sentence(),
            [f"the same in both: {t}" for t in r.overlap.common],
            basis="our own rule: equal lines of all different lines of both",
        )
        for r in repeats(item, said, today)
    ]
