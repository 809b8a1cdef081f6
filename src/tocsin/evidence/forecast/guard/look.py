"""All rules over one sheet, and the verdict: refused with every reason at once, or let through with its flags."""

from __future__ import annotations

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.guard import leak, shift, structure
from tocsin.evidence.forecast.guard.sheet import Finding, Sheet

TOLD = 6


class PanelRefused(Refused):
    """A panel from which nothing may be learnt."""


RULES = (
    structure.duplicated,
    structure.unknown_places,
    structure.labels_ahead,
    structure.empty_or_constant,
    shift.against_facts,
    shift.against_companions,
    shift.repeated_year,
    leak.copies_of_the_future,
    leak.too_good,
)


def look(sheet: Sheet, reference: shift.Reference | None = None) -> list[Finding]:
    """Return everything that is wrong with a sheet, what refuses it first.

    ``reference`` is the panel of an earlier run (column → (place, year) → value), where there is one.
    """
    if not len(sheet.year):
        return [Finding("empty", "", "the panel has no row", refuses=True)]
    found = [f for rule in RULES for f in rule(sheet)]
    if reference:
        found += shift.against_reference(sheet, reference)
    return sorted(found, key=lambda f: not f.refuses)


def check(sheet: Sheet, reference: shift.Reference | None = None, *, where: str = "") -> list[str]:
    """Return what is flagged, in sentences. Raises PanelRefused with every reason when something refuses the panel."""
    found = look(sheet, reference)
    reasons = [f.sentence() for f in found if f.refuses]
    if reasons:
        more = f"; and {len(reasons) - TOLD} more" if len(reasons) > TOLD else ""
        raise PanelRefused(
            f"the panel is refused before any fit: {'; '.join(reasons[:TOLD])}{more}",
            where=where,
            todo="Mend the input named here; the last good forecast stays in force",
        )
    return [f.sentence() for f in found]
