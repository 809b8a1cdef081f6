"""Routes: lawful paths to a goal by a day, the asks dated back from a meeting, and the forums in which one is seen.

What is asked stands in the address, so that a page can be sent on; nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.catalog.links import links
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk import remedies
from tocsin.desk.context import context
from tocsin.options.routes import Wish, find, goals
from tocsin.options.routes.forums import FIRST, RULE, ranked
from tocsin.options.routes.ics import as_ics
from tocsin.options.routes.plan import plan as planned
from tocsin.response.docket.acts.bell import find_place

AHEAD = 30
SHOWN = 12
FACTS = ("host-consent", "on-the-agenda", "mission-present", "force-mandate", "veto-cast", "icc-jurisdiction")
"""What a path most often turns on: asked for on the form. Others may stand in the address."""


@dataclass(frozen=True)
class Asked:
    """What the address asks: the wish when it can be understood, what was typed, and why it was refused."""

    wish: Wish | None
    typed: dict[str, Any]
    refused: str


def asked(request: HttpRequest, *, goal: str = "") -> Asked:
    """Read the address. ``goal`` stands for the goal on pages that ask for none."""
    today = context().now().date()
    given = request.GET
    typed = {
        "goal": given.get("goal", "").strip()[:200],
        "place": given.get("place", "").strip()[:200],
        "by": given.get("by", "").strip()[:40] or (today + timedelta(AHEAD)).isoformat(),
        "asker": given.get("asker", "").strip()[:40],
        "alone": given.get("alone") == "1",
        "held": given.getlist("held")[:60],
        "not": given.getlist("not")[:60],
        "first": given.get("first", FIRST[0]).strip()[:20],
        "path": given.get("path", "").strip()[:4],
    }
    wanted = goal or typed["goal"]
    if not wanted or not typed["place"]:
        # A link may bring a place alone; the form sends its day along, and is told what it lacks.
        lacks = "Choose a goal." if not wanted else "Write a place."
        return Asked(None, typed, lacks if "by" in given else "")
    try:
        wish = Wish(
            goal=wanted,
            place_id=find_place(typed["place"]),
            by=parse_date(typed["by"]),
            today=today,
            asker=typed["asker"],
            ally=not typed["alone"],
            held=frozenset(typed["held"]),
            absent=frozenset(typed["not"]),
        )
    except (Misuse, Refused) as error:
        return Asked(None, typed, remedies.sentence(error))
    return Asked(wish, typed, "")


@require_GET
def routes(request: HttpRequest) -> HttpResponse:
    """Show the paths to a goal; without one, what can be asked."""
    ask = asked(request)
    shown: dict[str, Any] = {"refused": ask.refused}
    if ask.wish is not None:
        try:
            found = find(ask.wish, library())
            every = request.GET.get("all") == "1"
            shown |= {"found": found, "paths": found.paths if every else found.paths[:SHOWN], "every": every}
        except TocsinError as error:
            shown["refused"] = remedies.sentence(error)
    return _page(request, "desk/routes.html", ask, shown)


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """Show the asks of a path dated back from the meeting."""
    ask = asked(request)
    shown: dict[str, Any] = {"refused": ask.refused}
    if ask.wish is not None:
        try:
            shown["plan"] = planned(ask.wish, library(), choice=_choice(ask))
        except TocsinError as error:
            shown["refused"] = error.sentence()
    return _page(request, "desk/routes_plan.html", ask, shown)


@require_GET
def plan_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """Return the plan as a table or as a calendar file."""
    ask = asked(request)
    try:
        if ask.wish is None:
            raise Misuse(
                ask.refused or "Nothing was asked", todo="Choose a goal, a place and a day on the page of the plan"
            )
        made = planned(ask.wish, library(), choice=_choice(ask))
    except TocsinError as error:
        return HttpResponse(f"{error.sentence()}\n", content_type="text/plain; charset=utf-8", status=422)
    if suffix == "csv":
        answer = HttpResponse(made.as_csv(), content_type="text/csv; charset=utf-8")
    else:
        calendar = as_ics(made, places()[made.wish.place_id].name, context().now())
        answer = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    name = f"asks-{made.wish.place_id}-{made.wish.by.isoformat()}.{suffix}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def forums(request: HttpRequest) -> HttpResponse:
    """Show the forums in which a situation is seen, in the order chosen."""
    ask = asked(request, goal="any")
    shown: dict[str, Any] = {"refused": ask.refused, "rule": RULE, "orders": FIRST}
    if ask.wish is not None:
        try:
            shown["seen"] = ranked(ask.wish, library(), first=ask.typed["first"])
        except TocsinError as error:
            shown["refused"] = remedies.sentence(error)
    return _page(request, "desk/routes_forums.html", ask, shown)


def _choice(ask: Asked) -> int:
    """Return the number of the path; 0 when none was chosen. Raises Misuse for what is no number."""
    if not ask.typed["path"]:
        return 0
    if not (ask.typed["path"].isascii() and ask.typed["path"].isdigit()):
        raise Misuse("The path is chosen by its number", todo="Choose one of the paths")
    return int(ask.typed["path"])


def _page(request: HttpRequest, template: str, ask: Asked, shown: dict[str, Any]) -> HttpResponse:
    known = links()
    kinds = known.kinds.values()
    query = request.GET.copy()
    query.pop("path", None)
    query.pop("all", None)
    week = (context().now().date() + timedelta(7)).isoformat()
    month, year = (context().now().date() + timedelta(d) for d in (AHEAD, 365))
    return render(
        request,
        template,
        {
            "typed": ask.typed,
            "address": query.urlencode(),
            "place_name": places()[ask.wish.place_id].name if ask.wish else "",
            "families": [k for k in kinds if k.is_ == "family"],
            "outputs": [k for k in kinds if k.is_ == "output"],
            "bodies": goals.bodies(library()),
            "options": library().options.values(),
            "actors": known.actors.values(),
            "facts": [known.kinds[name] for name in FACTS],
            "worked": _worked(ask.typed["place"] or "SDN", week, month, year),
            **shown,
        },
        status=422 if shown.get("refused") else 200,
    )


def _worked(place: str, week: str, month: date, year: date) -> list[tuple[str, str]]:
    """Return the questions people ask most, each as an address."""
    asks = [
        ("Who can put it before the Security Council this week?", f"goal=raised-with-council&by={week}"),
        (
            "An organisation has strong evidence and no state on its side",
            f"goal=independent-act&asker=ngo&alone=1&by={year}",
        ),
        ("The state refuses access", f"goal=pressure-from-outside&not=host-consent&by={year}"),
        ("Force within thirty days", f"goal=force&by={month}"),
    ]
    return [(text, f"/routes?place={place}&{query}") for text, query in asks]
