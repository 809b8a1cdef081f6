"""Reports: the readers' queue, one report with its readings and its chain, and what is done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.catalog import admiralty, directive
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk import remedies, typed
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.who import actor
from tocsin.response.docket.reports import figures as counted
from tocsin.response.docket.reports import passing, reading, show, sight
from tocsin.response.register.people import Actor
from tocsin.response.register.reports.difference import marked
from tocsin.response.register.reports.models import Report


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List the reports the reader may see, by clock; search and filters stand in the address."""
    query, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows = show.listing(posts_held(request), Actor(post="", person=reader(request), via="desk"))
    found = [r for r in rows if _matches(r, query.casefold()) and state in ("", r["state"])]
    held = set(posts_held(request))
    for r in found:
        r["mine"] = r["state"] == "to read" and bool(held & _readers() - set(r["read_by"]))
    context_ = {
        "rows": sorted(found, key=lambda r: not r["mine"]),
        "of": len(rows),
        "q": query,
        "state": state,
        "states": show.STATES,
        "readers": sorted(_readers()),
        "figures": counted.figures() if held else None,
    }
    return render(request, "desk/reports.html", context_)


@require_GET
def report(request: HttpRequest, number: int) -> HttpResponse:
    """Show a report: the original, readings, chain. That it was opened is logged first."""
    return _page(request, _found(number))


@require_POST
def read(request: HttpRequest, number: int) -> HttpResponse:
    """Enter a reading; a refused form comes back as typed."""
    it, given = _found(number), request.POST
    severity = given.get("severity", "")
    try:
        if severity not in ("", *"0123", "none"):
            raise Misuse(f"{severity!r} is no severity", todo="Choose one of the list")
        if not severity:
            raise Refused("The reading has no severity", todo="Choose one; that it cannot be graded is an answer")
        reading.give(
            context(),
            number,
            actor(request),
            factors=given.getlist("factors"),
            severity=None if severity == "none" else int(severity),
            grade=f"{given.get('reliability', '')}{given.get('credibility', '')}",
            note=given.get("note", ""),
        )
    except (Refused, Misuse) as error:
        return _page(request, it, refused=error, form="read")
    messages.success(request, "Your reading is entered and final.", extra_tags=f"report-{number}-read")
    return redirect(f"/reports/{number}")


@require_POST
def hold(request: HttpRequest, number: int) -> HttpResponse:
    """Hold a report at the reader's tier, with a reason."""
    it = _found(number)
    try:
        passing.hold(context(), number, actor(request), request.POST.get("because", ""))
    except (Refused, Misuse) as error:
        return _page(request, it, refused=error, form="hold")
    messages.success(request, "Held. Both readers are told, with your reason.", extra_tags=f"report-{number}-hold")
    return redirect(f"/reports/{number}")


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, number: int) -> HttpResponse:
    """Send a report up: the text received is filled in; every change to it is listed and asked for its reason."""
    it = _found(number)
    may = _passers(it, posts_held(request))
    if not may:
        raise Refused(f"Report {number} is not before you to be passed on", todo="A reader reads it first")
    chosen = request.POST.get("post") or request.GET.get("post") or next(iter(may))
    if chosen not in may:
        raise Refused(f"Report {number} is not before the post {chosen}", todo=f"Choose {', '.join(may)}")
    tier, rules = may[chosen], directive.version(it.directive_version)
    received = passing.received_text(it, tier)
    acting = Actor(post=chosen, person=reader(request), via="desk")
    text, error, changes = received, None, []
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            reasons = {
                n: v for k, v in request.POST.items() if k.startswith("reason-") and (n := typed.number(k[7:], 5))
            }
            made = passing.preview(it, tier, text).made
            passed = passing.send(
                context(),
                number,
                acting,
                text=text,
                to_tier=_tier(request.POST.get("to_tier", "")),
                # A reason for a change that has been taken back is a reason for nothing.
                reasons={n: v for n, v in reasons.items() if 1 <= n <= len(made)},
            )
        except passing.ReasonsMissing as missing:
            error = missing
            changes = [
                {"n": n, "c": c, "marked": _marked(c), "reason": reasons.get(n, ""), "missing": n in missing.missing}
                for n, c in enumerate(missing.changes, 1)
            ]
        except (Refused, Misuse) as refused:
            error = refused
        else:
            messages.success(
                request, f"Sent to tier {passed.hop.to_tier}, with the original.", extra_tags=f"report-{number}-send"
            )
            return redirect(f"/reports/{number}")
    else:
        # Opening the text to pass it on is reading it.
        show.originals.opened(context(), it, acting, "chain")
    return render(
        request,
        "desk/report_send.html",
        {
            "r": show.row(it, posts_held(request), acting),
            "may": may,
            "post": chosen,
            "tier": tier,
            "tiers": [t for t in rules.tiers if t.tier > tier],
            "to": _tier(request.POST.get("to_tier", "")) or tier + 1,
            "text": text,
            "changes": changes,
            "refused": remedies.sentence(error) if error else "",
            "judged": passing.preview(it, tier, received).judged,
        },
        status=422 if error else 200,
    )


def _page(request: HttpRequest, it: Report, *, refused: TocsinError | None = None, form: str = "") -> HttpResponse:
    posts, person = posts_held(request), reader(request)
    if sight.is_writer(it, person) and not set(posts) & sight.posts_that_may(it):
        return redirect(f"/reports/mine#r{it.pk}")
    under = Actor(post=sight.post_for(it, posts), person=person, via="desk")
    shown = show.whole(context(), it, under, posts)
    for hop in shown["hops"]:
        for change in hop["changes"]:
            change["marked"] = marked(change["received"], change["sent"]) if change["kind"] == "softened" else []
    to_read = [p for p in posts if p in _readers() and p not in shown["read_by"]]
    stands = show.path.standing(
        it, list(it.hops.all()), list(it.readings.all()), directive.version(it.directive_version)
    )
    passers = _passers(it, posts)
    return render(
        request,
        "desk/report.html",
        {
            "r": shown,
            "to_read": to_read,
            "may_send": bool(passers) and stands.tier < directive.version(it.directive_version).top,
            "may_hold": [p for p, tier in passers.items() if tier == stands.tier and not stands.held],
            "factors": library().framework.factors.values(),
            "severities": reading.SEVERITIES,
            "reliability": admiralty.RELIABILITY,
            "credibility": admiralty.CREDIBILITY,
            "typed": request.POST,
            "picked": request.POST.getlist("factors"),
            "refused": remedies.sentence(refused) if refused else "",
            "form": form,
        },
        status=422 if refused else 200,
    )


def _passers(it: Report, posts: list[str]) -> dict[str, int]:
    """Return the reader's posts that may pass a report on, each with its tier."""
    found = {}
    for post in posts:
        try:
            found[post] = passing.tier_of(it, post)
        except Refused:
            continue
    return found


def _found(number: int) -> Report:
    it = Report.objects.filter(pk=number).first()
    if it is None:
        raise Http404(f"There is no report {number}")
    return it


def _readers() -> set[str]:
    return set(directive.current().reports.readers)


def _matches(row: dict[str, Any], query: str) -> bool:
    return (
        not query
        or query in f"{row['number']} {row['place']} {row['place_id']} {row['writer']} {row['kind']}".casefold()
    )


def _marked(change: Any) -> list[tuple[str, str]]:
    return marked(change.received, change.sent) if change.received and change.sent else []


def _tier(text: str) -> int | None:
    return typed.number(text, 2)
