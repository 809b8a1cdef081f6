"""Catalogue pages: an option, a case, a procedure. Is it fit, who tried it, how does one get there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog import agendas
from tocsin.catalog.library import library
from tocsin.catalog.rows import GRADES, Case
from tocsin.core.places import fold
from tocsin.options.routes import route


def _cases_named(names: tuple[str, ...]) -> list[tuple[str, Case | None]]:
    """Return each case an option names with the row of the catalogue it starts like, if there is one."""
    known = list(library().cases.values())
    found: list[tuple[str, Case | None]] = []
    for name in names:
        year = next((word[:4] for word in name.replace("-", " ").split() if word[:4].isdigit()), "")
        match = next(
            (
                c
                for c in known
                if fold(name).startswith(fold(c.country.partition(" (")[0])) and str(c.start_year) == year
            ),
            None,
        )
        found.append((name, match))
    return found


@require_GET
def option(request: HttpRequest, option_id: str) -> HttpResponse:
    """Show an option: for, against, unknown; where it did harm; routes with their days."""
    row = library().options.get(option_id)
    if row is None:
        raise Http404(f"There is no option {option_id} in the catalogue")
    return render(
        request,
        "desk/option.html",
        {
            "o": row,
            "grade": GRADES[row.evidence_grade],
            "factors": [library().framework.factors[c] for c in row.risk_factors],
            "routes": [route(library().procedures[p]) for p in row.procedures],
            "seen": agendas.view([option_id]),
            "book": agendas.book(),
            "cases": _cases_named(row.historical_cases),
        },
    )


@require_GET
def procedure(request: HttpRequest, procedure_id: str) -> HttpResponse:
    """Show a procedure: who starts it, by what vote, who can stop it, how long it takes."""
    row = library().procedures.get(procedure_id)
    if row is None:
        raise Http404(f"There is no procedure {procedure_id} in the catalogue")
    used = [o for o in library().options.values() if procedure_id in o.procedures]
    return render(request, "desk/procedure.html", {"p": row, "used": used})


@require_GET
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show a past episode, or one that was feared and did not come."""
    row = library().cases.get(case_id)
    if row is None:
        raise Http404(f"There is no case {case_id} in the catalogue")
    return render(
        request, "desk/case.html", {"c": row, "factors": [library().framework.factors[f] for f in row.risk_factors]}
    )
