"""Development portfolios: lists taken in, projects screened by rule, each flag judged by a reviewer, with reasons."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.catalog.development import EFFECTS
from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse, Refused
from tocsin.core.numbers import counted
from tocsin.desk import facts, remedies
from tocsin.desk.context import context
from tocsin.desk.typed import number
from tocsin.desk.who import actor, standing
from tocsin.response.register import portfolio as projects
from tocsin.response.register.models import Project, ProjectFile, ProjectPlace

PAGE = 20
QUARANTINED = 200
LARGEST = 50_000_000
"""What a browser may bring, in bytes; a larger list is taken in by the command, which reads it as it goes."""
REVIEWED = {"open": "not reviewed", "accept": "accepted", "reject": "rejected", "adjust": "adjusted"}
STANDS = {"applies": "factor present here", "conditional": "factor not assessed here", "not_now": "factor absent here"}
COVERAGE = {"screened": "whole", "in_part": "in part", "not_screened": "not screened"}


def _asked(request: HttpRequest, place_id: str = "") -> projects.Asked:
    """Return what the address asks for; a choice there is not is as if nothing was chosen."""
    given = {name: request.GET.get(name, "").strip()[:120] for name in projects.Asked.__dataclass_fields__}
    for name, known in {**projects.choices(), "place": places()}.items():
        given[name] = given[name] if given[name] in known else ""
    return projects.Asked(**{**given, "place": place_id or given["place"]})


@require_http_methods(["GET", "HEAD", "POST"])
def portfolio(request: HttpRequest) -> HttpResponse:
    """List the projects of every portfolio with their flags, or take a list in."""
    if request.method != "POST":
        return _listing(request, "")
    refused = ""
    try:
        taken = _take(request)
    except (Misuse, Refused) as error:
        refused = remedies.sentence(error)
        return _listing(request, "", refused=refused)
    whole = counted(taken.read.lines, "project")
    said = f"{taken.read.taken:,} of {whole} taken in; {taken.read.quarantined:,} quarantined."
    messages.success(request, "This list was read before; nothing is added." if taken.already else said)
    return redirect("portfolio_list", number=taken.file.pk)


def _take(request: HttpRequest) -> projects.Taken:
    """Take the list in that a form brought."""
    brought = request.FILES.get("list")
    if brought is None:
        raise Misuse("No file came", todo="Choose a list of projects: IATI activities (XML), CSV or XLSX")
    if (brought.size or 0) > LARGEST:
        todo = "Take it in by: tocsin portfolio import FILE --portfolio NAME"
        raise Refused(f"{brought.name} is larger than the {LARGEST:,} bytes a browser may bring", todo=todo)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        with path.open("wb") as file:
            file.writelines(brought.chunks())
        return projects.take(
            context(), path, request.POST.get("portfolio", ""), actor(request), name=str(brought.name or "list")
        )


@require_safe
def of_place(request: HttpRequest, place_id: str) -> HttpResponse:
    """List the projects at one place with their flags."""
    facts.known_place(place_id)
    return _listing(request, place_id)


def _listing(request: HttpRequest, place_id: str, *, refused: str = "") -> HttpResponse:
    asked = _asked(request, place_id)
    page = max(number(request.GET.get("page", ""), 6) or 1, 1)
    found = list(islice(projects.screened(asked), (page - 1) * PAGE, page * PAGE + 1))
    query = {k: v for k, v in vars(asked).items() if v and not (place_id and k == "place")}
    here = ProjectPlace.objects.filter(project__followed_by=None)
    whole = bool(place_id) and not query and page == 1 and bool(found)
    shown = {
        "over": projects.overlay(place_id) if whole else None,
        "rows": found[:PAGE],
        "page": page,
        "more": len(found) > PAGE,
        "query": urlencode(query),
        "asked": asked,
        "filtered": bool(query),
        "place_id": place_id,
        "place": places()[place_id].name if place_id else "",
        "base": f"/places/{place_id}/portfolio" if place_id else "/portfolio",
        "count": (here.filter(place_id=place_id) if place_id else here).values("project").distinct().count(),
        "portfolios": projects.portfolios(),
        "places": [(p, places()[p].name) for p in sorted(set(here.order_by().values_list("place_id", flat=True)))],
        "factors": library().framework.factors.values(),
        "effects": EFFECTS,
        "stands": STANDS,
        "reviewed": REVIEWED,
        "coverage": COVERAGE,
        "lists": [] if place_id else ProjectFile.objects.select_related("read").order_by("-id")[:20],
        "may": standing(request, "assess"),
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/portfolio.html", shown, status=422 if refused else 200)


@require_safe
def export(request: HttpRequest, form: str, place_id: str = "") -> StreamingHttpResponse:
    """Return what is asked for as CSV or JSON: the same projects and words give the same bytes."""
    rows = projects.screened(_asked(request, place_id))
    kinds = {"csv": ("text/csv; charset=utf-8", projects.as_csv), "json": ("application/json", projects.as_json)}
    kind, make = kinds[form]
    answer = StreamingHttpResponse(_plain(make(rows)), content_type=kind)
    name = f"portfolio-{place_id}" if place_id else "portfolio"
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _plain(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Return parts gathered into pieces worth sending."""
    while piece := b"".join(islice(parts, 200)):
        yield piece


@require_safe
def one_list(request: HttpRequest, number: int) -> HttpResponse:
    """Show one list as it was taken in: its seal, its counts, and every line that was not, with the reasons."""
    row = ProjectFile.objects.select_related("read").filter(pk=number).first()
    if row is None:
        raise Http404(f"There is no list {number}")
    waiting = row.quarantined.order_by("line", "id")
    shown = {"list": row, "quarantined": waiting[:QUARANTINED], "waiting": waiting.count(), "most": QUARANTINED}
    return render(request, "desk/portfolio_list.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def project(request: HttpRequest, number: int) -> HttpResponse:
    """Show one project at a place, each flag with what stands behind it; or take a reviewer's word in."""
    row = Project.objects.select_related("file").filter(pk=number).first()
    if row is None:
        raise Http404(f"There is no project {number}")
    its = [p.place_id for p in row.places.all()]
    asked = request.POST.get("place", "") or request.GET.get("place", "")
    place_id = asked if asked in its else its[0]
    refused, rule = "", request.POST.get("rule", "")
    if request.method == "POST":
        refused = _review(request, row, place_id, rule)
        if not refused:
            messages.success(request, "Your word is on record.", extra_tags=f"flag-{number}-{rule}")
            return redirect(f"/portfolio/projects/{number}?place={place_id}#{rule}")
    shown: dict[str, Any] = {
        "p": projects.one(row, place_id),
        "list": row.file,
        "line": row.line,
        "newer": Project.objects.filter(follows=row).first(),
        "others": [(p, places()[p].name) for p in its if p != place_id],
        "verdicts": projects.VERDICTS,
        "effects": EFFECTS,
        "may": standing(request, "assess"),
        "refused": refused,
        "refused_rule": rule if refused else "",
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/project.html", shown, status=422 if refused else 200)


def _review(request: HttpRequest, row: Project, place_id: str, rule: str) -> str:
    """Take a word on a flag in; return why it was refused."""
    said = {k: request.POST.get(k, "") for k in ("verdict", "reasons", "adjusted", "change")}
    try:
        projects.review(context(), row.pk, actor(request), place_id=place_id, rule=rule, **said)
    except (Misuse, Refused) as error:
        return remedies.sentence(error)
    return ""
