"""Proposals to the catalogue: anybody with an account proposes, two posts review, one publishes, and each is told."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tocsin.catalog.library import library
from tocsin.catalog.rows import GRADES, INSTRUMENTS, MONEY, PHASES, STRENGTH
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk.context import context, reader
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.typed import number
from tocsin.desk.who import actor
from tocsin.options.listing import COERCIVE, STRATEGIES
from tocsin.response.register.catalogue import content, proposals, rules, show
from tocsin.response.register.models import OptionPublication
from tocsin.response.register.people import hand

STUDIES = 3
"""How many rows for studies a form has; more are brought in from a file."""


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Show the form for a new option or a change (``?option=D05``), or take a proposal in."""
    if request.method != "POST":
        return _form(request, _start(request))
    given = _given(request)
    try:
        row = proposals.propose(
            context(),
            given,
            why=request.POST.get("why", ""),
            person=reader(request),
            option_id=request.POST.get("option_id", ""),
            follows=number(request.POST.get("follows", "")),
            credit=request.POST.get("credit", ""),
            may_credit=bool(request.POST.get("may_credit")),
        )
    except (Misuse, Refused) as error:
        return _form(request, _typed(request), error)
    messages.success(request, f"Proposal {row.pk} is in; two reviews are awaited.", extra_tags="proposal")
    return redirect("proposal", number=row.pk)


def _start(request: HttpRequest) -> dict[str, Any]:
    """Return what a fresh form holds: the option to be changed, an earlier proposal, or nothing."""
    follows = number(request.GET.get("follows", ""))
    if follows is not None:
        earlier = proposals.found(follows)
        return {**_lines(earlier.content), "option_id": earlier.option_id, "follows": follows}
    option_id = request.GET.get("option", "")
    option = library().options.get(option_id)
    if option_id and option is None:
        raise Http404(f"There is no option {option_id[:20]} in the catalogue")
    empty = {} if option else {"basis": "memory", "lead_days_min": "", "lead_days_max": ""}
    return {**_lines(content.template(option)), "option_id": option_id, **empty}


def _lines(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as a form holds them: lists as lines, those that are chosen from a few as they are."""
    plain = {f: "\n".join(v) if f in content.LISTS and f not in {"phase", "strategy"} else v for f, v in fields.items()}
    return {**plain, "cited": [*fields["cited"], *([{}] * STUDIES)][:STUDIES]}


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed, so that nothing of it is lost."""
    kept: dict[str, Any] = request.POST.dict()
    kept |= {name: request.POST.getlist(name) for name in ("phase", "strategy")}
    return {**kept, "cited": [*_studies(request, whole=True)]}


def _given(request: HttpRequest) -> dict[str, Any]:
    """Return the fields of the proposal."""
    fields: dict[str, Any] = {f: request.POST.get(f, "") for f in content.FIELDS if f != content.CITED}
    fields |= {name: request.POST.getlist(name) for name in ("phase", "strategy")}
    return {**fields, content.CITED: _studies(request)}


def _studies(request: HttpRequest, *, whole: bool = False) -> list[dict[str, str]]:
    """Return the studies typed in; rows left empty only when ``whole``."""
    rows = [
        {part: request.POST.get(f"{part}-{n}", "") for part in ("source", "title", "finds", "says")}
        for n in range(1, STUDIES + 1)
    ]
    return [row for row in rows if whole or any(row[part].strip() for part in ("source", "title", "says"))]


def _form(request: HttpRequest, kept: dict[str, Any], refused: TocsinError | None = None) -> HttpResponse:
    changed = library().options.get(str(kept.get("option_id", "")))
    shown = {
        "kept": kept,
        "refused": refused,
        "at_fault": refused.what.partition(":")[0] if refused else "",
        "changed": changed,
        "phases": PHASES,
        "instruments": INSTRUMENTS,
        "coercive": COERCIVE,
        "strategies": STRATEGIES,
        "grades": GRADES,
        "money": MONEY,
        "factors": library().framework.factors.values(),
        "finds": ("for", "against", "mixed"),
        "name": str(reader(request) or ""),
    }
    return render(request, "desk/propose.html", shown, status=409 if refused else 200)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List proposals by how they stand; a contributor finds their own."""
    state, person = request.GET.get("state", ""), reader(request)
    state = state if state in show.STATES else ""
    mine = bool(request.GET.get("mine"))
    rows = show.listing(state=state, mine=hand(person, "") if mine else "")
    every = show.listing()
    counted = {s: sum(r["state"] == s for r in every) for s in show.STATES}
    shown = {"rows": rows, "states": show.STATES, "state": state, "mine": mine, "counts": counted, "all": len(every)}
    return render(request, "desk/proposals.html", shown)


@require_safe
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """Show a proposal: what it changes, how it stands, what its reviewers said, what comes next."""
    return _one(request, number)


def _one(request: HttpRequest, number: int, refused: TocsinError | None = None) -> HttpResponse:
    try:
        row = show.one(number)
    except Refused as error:
        raise Http404(error.what) from None
    found, person = proposals.found(number), reader(request)
    awaits = row["state"] == "awaiting review"
    published = OptionPublication.objects.filter(proposal=found, taken_back=None).first()
    mine = hand(person, "") == found.hand
    for change in row["changes"]:
        change |= {when: _said(change[when]) for when in ("before", "after") if change["field"] != content.CITED}
    shown = {
        "p": row,
        "refused": refused,
        "kept": request.POST.dict() if refused else {},
        "grades": [(g, GRADES[g]) for g in STRENGTH],
        "mine": mine,
        "may_review": posts_that(request, partial(rules.may_review, proposal=found)) if awaits else [],
        "may_publish": posts_that(request, rules.may_keep) if row["state"] == "accepted" and not mine else [],
        "may_take_back": posts_that(request, rules.may_keep) if published else [],
        "awaits": awaits,
    }
    return render(request, "desk/proposal.html", shown, status=409 if refused else 200)


def _said(value: Any) -> Any:
    """Return a field's value as one text."""
    return "; ".join(map(str, value)) if isinstance(value, list) else value


@require_POST
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Take a review in."""
    try:
        proposals.review(
            context(),
            number,
            actor(request),
            verdict=request.POST.get("verdict", ""),
            reasons=request.POST.get("reasons", ""),
            grade=request.POST.get("grade", ""),
        )
    except (Misuse, Refused) as error:
        return _one(request, number, error)
    messages.success(request, "Your review is on record.", extra_tags=f"review-{number}")
    return redirect("proposal", number=number)


@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Publish an accepted proposal."""
    try:
        made = proposals.publish(context(), number, actor(request))
    except (Misuse, Refused) as error:
        return _one(request, number, error)
    messages.success(request, f"{made.option_id} is in the catalogue of this home, version {made.version}.")
    return redirect("option", option_id=made.option_id)


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take the published version of a proposal's option back."""
    try:
        made = OptionPublication.objects.filter(proposal=proposals.found(number)).first()
        proposals.take_back(
            context(), made.option_id if made else "", actor(request), why=request.POST.get("why_back", "")
        )
    except (Misuse, Refused) as error:
        return _one(request, number, error)
    messages.success(request, "It is taken back; what stood before stands again.")
    return redirect("proposal", number=number)
