"""The catalogue of options, searched and filtered by the address, and what it covers and does not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.catalog.evidence import evidence_of
from tocsin.catalog.library import library
from tocsin.catalog.rows import GRADES, INSTRUMENTS, PHASES
from tocsin.core.errors import Misuse
from tocsin.desk.context import context
from tocsin.desk.typed import number
from tocsin.options.coverage import NOTE, matrix
from tocsin.options.listing import COERCIVE, STRATEGIES, Wanted, checked, chosen
from tocsin.response.register.catalogue import counts

MOST_LETTERS = 200


def _wanted(request: HttpRequest) -> tuple[Wanted, Misuse | None]:
    """Return what the address asks for, and the first thing in it that cannot be asked; words and actor stand then."""
    given = {name: request.GET.get(name, "").strip()[:MOST_LETTERS] for name in Wanted.__dataclass_fields__}
    given["words"] = request.GET.get("q", "").strip()[:MOST_LETTERS]
    lead = given.pop("lead_under")
    days = number(lead, 4) if lead else None
    try:
        if lead and days is None:
            raise Misuse(f"{lead!r} is no number of days", todo="Write whole days, up to 5000")
        return checked(Wanted(**given, lead_under=days), library()), None
    except Misuse as error:
        return Wanted(words=given["words"], actor=given["actor"]), error


def _choices() -> dict[str, Any]:
    return {
        "phases": PHASES,
        "instruments": INSTRUMENTS,
        "coercive": COERCIVE,
        "factors": library().framework.factors.values(),
        "strategies": STRATEGIES,
        "grades": GRADES,
    }


@require_safe
def options(request: HttpRequest) -> HttpResponse:
    """List the options that are what the address asks for, each with actor, lead time, evidence and risk."""
    wanted, refused = _wanted(request)
    whole = library()
    counted = counts.loaded(context().settings)
    found = [(o, evidence_of(o, counted)) for o in chosen(whole, wanted)]
    shown = {
        "found": found,
        "all": len(whole.options),
        "wanted": wanted,
        "refused": refused,
        "counted": bool(counted),
        "lowered": sum(bool(o.lowered_because) for o in whole.options.values()),
    }
    return render(request, "desk/options.html", shown | _choices(), status=400 if refused else 200)


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Show how many options there are for each factor, phase and instrument, with the empty cells."""
    wanted, refused = _wanted(request)
    found = matrix(library(), factor=wanted.factor, phase=wanted.phase, instrument=wanted.instrument)
    kinds = [wanted.instrument] if wanted.instrument else list(INSTRUMENTS)
    phases = [wanted.phase] if wanted.phase else list(PHASES)
    rows = [
        {
            "factor": code,
            "name": name,
            "phase": phase,
            "first": phase == phases[0],
            "cells": [
                {
                    "count": len(c.options),
                    "kind": c.instrument,
                    "at": urlencode({"factor": code, "phase": phase, "instrument": c.instrument}),
                }
                for c in found.of(code, phase)
            ],
        }
        for code, name in found.factors.items()
        for phase in phases
    ]
    shown = {
        "rows": rows,
        "kinds": kinds,
        "count": len(found.cells),
        "empty": found.empty,
        "note": NOTE,
        "wanted": wanted,
        "refused": refused,
        "part": request.GET.urlencode(),
    }
    return render(request, "desk/options_coverage.html", shown | _choices(), status=400 if refused else 200)


@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponse:
    """Return the matrix as CSV, one cell a line."""
    wanted, _ = _wanted(request)
    found = matrix(library(), factor=wanted.factor, phase=wanted.phase, instrument=wanted.instrument)
    answer = HttpResponse(found.as_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="coverage.csv"'
    return answer
