"""Catalogue pages: an option, a case. Is it fit, who tried it, how does one get there."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog import agendas
from tocsin.catalog.evidence import evidence_of
from tocsin.catalog.library import library
from tocsin.catalog.rows import MONEY, Case, Option
from tocsin.core.places import fold
from tocsin.desk.context import context
from tocsin.options.routes import route
from tocsin.response.register.catalogue import counts
from tocsin.response.register.models import OptionPublication

FINDS = ("for", "against", "mixed")


MOST_FACTORS = 8
"""How many features of context are shown at once, the most studied first; the rest unfold."""


def _cases_named(row: Option) -> list[tuple[str, Case | None]]:
    """Return each case an option names; with its row of the catalogue where it has one of its own."""
    known = [library().cases[c] for c in row.cases]
    found: list[tuple[str, Case | None]] = []
    for name in row.historical_cases:
        years = [int(year) for year in re.findall(r"(?:19|20)\d\d", name)]
        place = fold(name)
        there = [c for c in known if place.startswith(fold(c.country.partition(" (")[0]))]
        match = next((c for c in there if _in(c, years)), None) or (there[0] if len(there) == 1 and not years else None)
        found.append((name, match))
    named = {c.id for _, c in found if c}
    return found + [(f"{c.country} {c.start_year}", c) for c in known if c.id not in named]


def _in(case: Case, years: list[int]) -> bool:
    """Tell whether one of these years is a case's own."""
    last = 9999 if case.end_year == "ongoing" else int(case.end_year)
    return any(case.start_year <= year <= last for year in years)


@require_GET
def option(request: HttpRequest, option_id: str) -> HttpResponse:
    """Show an option: for, against, unknown; where it did harm; routes with their days; its review and its versions."""
    published = list(
        OptionPublication.objects.filter(option_id=option_id).select_related("taken_back").order_by("-version")
    )
    row, gone = library().options.get(option_id), None
    if row is None and published:
        # What cites an option that was taken back must still be able to show what it was.
        gone = getattr(published[0], "taken_back", None)
        row = Option.model_validate(published[0].row)
    if row is None:
        raise Http404(f"There is no option {option_id} in the catalogue")
    evidence = evidence_of(row, counts.loaded(context().settings))
    return render(
        request,
        "desk/option.html",
        {
            "o": row,
            "e": evidence,
            "gone": gone,
            "published": published,
            "cited": {finds: [(c, why) for c, why in evidence.cited if c.finds == finds] for finds in FINDS},
            "most": MOST_FACTORS,
            "money": MONEY.get(row.needs_money, ""),
            "factors": [library().framework.factors[c] for c in row.risk_factors],
            "needs": [library().options[n] for n in row.requires if n in library().options],
            "routes": [route(library().procedures[p]) for p in row.procedures],
            "seen": agendas.view([option_id] if option_id in library().options else []),
            "book": agendas.book(),
            "cases": _cases_named(row),
        },
    )


@require_GET
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show a past episode, or one that was feared and did not come."""
    row = library().cases.get(case_id)
    if row is None:
        raise Http404(f"There is no case {case_id} in the catalogue")
    return render(
        request, "desk/case.html", {"c": row, "factors": [library().framework.factors[f] for f in row.risk_factors]}
    )
