"""Tools at hand: what each office could use within so many days, by whose authority, and when it was last tried."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core.clock import parse_date
from tocsin.core.words import in_cell
from tocsin.desk import acting, typed
from tocsin.desk.context import context, posts_held
from tocsin.desk.who import actor
from tocsin.response.register import tools as held
from tocsin.response.register.models import Tool

COLUMNS = (
    *("tool", "office", "name", "option", "ready_days", "last_used_on", "last_drilled_on", "stated_on"),
    *("authority", "procedures", "doubts", "note"),
)
SHOWN = ("", "ready", "doubted")


def _state(request: HttpRequest) -> str:
    given = request.POST
    days = typed.number(given.get("days", ""), 5)
    row = held.state(
        context(),
        given.get("office", ""),
        option_id=given.get("option", ""),
        name=given.get("name", ""),
        ready_days=-1 if days is None else days,
        note=given.get("note", ""),
        actor=actor(request),
    )
    return f"{row.name} is on record, usable in {row.ready_days} days."


def _on(request: HttpRequest, act: Callable[..., Tool], said: str) -> str:
    number, day = typed.number(request.POST.get("number", "")), parse_date(request.POST.get("on", ""))
    row = act(context(), number or 0, day, actor(request))
    return f"{row.name} was {said} on {day}."


def _retire(request: HttpRequest) -> str:
    row = held.retire(context(), typed.number(request.POST.get("number", "")) or 0, actor(request))
    return f"{row.office} holds {row.name} no more. Its row stays in the record."


ACTS: dict[str, Callable[[HttpRequest], str]] = {
    "state": _state,
    "used": lambda request: _on(request, held.used, "last used"),
    "drilled": lambda request: _on(request, held.drilled, "last drilled"),
    "retire": _retire,
}


@require_http_methods(["GET", "POST"])
def tools(request: HttpRequest) -> HttpResponse:
    """Show the tools, filtered by the address, or do the act of a form; a refused one comes back as typed."""
    done, refused = acting.submitted(request, ACTS, tag="tool")
    if done:
        return redirect("/tools")
    asked = _asked(request)
    every = _rows({**asked, "office": "", "within": "", "shown": "", "q": ""})
    shown = {
        "asked": asked,
        "rows": _rows(asked),
        "all": len(every),
        "doubted": sum(bool(r["doubts"]) for r in every),
        "query": urlencode({k: v for k, v in asked.items() if v}),
        "offices": directive.current().offices,
        "names": {o.id: o.name for o in directive.current().offices},
        "options": library().options.values(),
        "every": every,
        "mine": posts_held(request),
        "refused": refused,
        "typed": request.POST if refused else {},
        "stated_days": held.STATED_DAYS,
        "tried_days": held.TRIED_DAYS,
    }
    return render(request, "desk/tools.html", shown, status=422 if refused else 200)


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give the tools as CSV, filtered as the page is."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for row in _rows(_asked(request)):
        flat = {k: "; ".join(v) if isinstance(v, list) else v for k, v in row.items()}
        sheet.writerow(["" if flat[name] is None else in_cell(flat[name]) for name in COLUMNS])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="tools.csv"'
    return answer


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what the address filters by; what is no office, number or choice filters nothing."""
    asked = {name: request.GET.get(name, "") for name in ("office", "within", "shown", "q")}
    known = {o.id for o in directive.current().offices}
    asked["office"] = asked["office"] if asked["office"] in known else ""
    asked["within"] = asked["within"] if typed.number(asked["within"], 5) is not None else ""
    asked["shown"] = asked["shown"] if asked["shown"] in SHOWN else ""
    return asked


def _rows(asked: dict[str, str]) -> list[dict[str, Any]]:
    today, words = context().now().date(), asked["q"].casefold().split()
    rows = [held.as_dict(t, today) for t in held.held(asked["office"], typed.number(asked["within"], 5))]
    return [
        r
        for r in rows
        if (not asked["shown"] or (asked["shown"] == "doubted") == bool(r["doubts"]))
        and all(w in f"{r['name']} {r['option'] or ''} {r['note'] or ''}".casefold() for w in words)
    ]
