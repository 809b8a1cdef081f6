"""Pledges to institutions: what each needs, who promised what by when, what came, and what is overdue (M5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tocsin.catalog import directive
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk import remedies, typed
from tocsin.desk.context import context
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.who import actor
from tocsin.response.oversight import pledges as room
from tocsin.response.oversight import rules, undertaken
from tocsin.response.register.activities import organisations

STATES = room.STATES


@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """Show every institution that needs or was promised something; the state is filtered by the address."""
    return _page(request)


@require_POST
def act(request: HttpRequest, what: str) -> HttpResponse:
    """Record a need, a pledge or a delivery; a refusal comes back with the form as it was."""
    if what not in ACTS:
        raise Http404("There is no such form")
    try:
        done = ACTS[what](request)
    except (Refused, Misuse) as error:
        form = f"came-{request.POST.get('number', '')}" if what == "came" else what
        return _page(request, error, form)
    messages.success(request, done, extra_tags=what)
    return redirect("/pledges")


def _page(request: HttpRequest, refused: TocsinError | None = None, part: str = "") -> HttpResponse:
    today = context().now().date()
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    every, needs = room.listing(today), room.needs()
    titles = {row["key"]: row for row in undertaken.register(today)}
    keys = dict.fromkeys([*(r["undertaking"] for r in every), *(n["undertaking"] for n in needs)])
    shown = [
        {
            "undertaking": titles[key],
            "needs": [n for n in needs if n["undertaking"] == key],
            "pledges": [
                {**r, "form": f"came-{r['pledge']}"}
                for r in every
                if r["undertaking"] == key and state in {"", r["state"]}
            ],
        }
        for key in keys
    ]
    return render(
        request,
        "desk/pledges.html",
        {
            "institutions": [one for one in shown if one["pledges"] or not state],
            "counts": {s: sum(r["state"] == s for r in every) for s in STATES},
            "all": len(every),
            "states": STATES,
            "state": state,
            "needs": needs,
            "undertakings": titles.values(),
            "organisations": sorted(organisations.known().values(), key=lambda o: o.name),
            "owners": [p for p in directive.current().posts if not rules.of_legislature(p)],
            "mine": posts_that(request, rules.may_keep),
            "refused": remedies.sentence(refused) if refused else "",
            "part": part,
            "kept": request.POST.dict() if refused else {},
        },
        status=422 if refused else 200,
    )


def _need(request: HttpRequest) -> str:
    given = request.POST
    row = room.need(
        context(), actor(request), given.get("key", ""), what=given.get("what", ""), amount=given.get("amount", ""),
        unit=given.get("unit", ""),
    )  # fmt: skip
    return f"Need {row.pk} is on record."


def _pledge(request: HttpRequest) -> str:
    given = request.POST
    words: dict[str, Any] = {name: given.get(name, "") for name in ("organisation", "what", "owner", "source")}
    words |= {name: given.get(name, "") for name in ("amount", "unit")}
    wanted = given.get("need", "")
    row = room.pledge(
        context(), actor(request), given.get("key", ""), due=parse_date(given.get("due", "")),
        need=typed.number(wanted), **words,
    )  # fmt: skip
    return f"Pledge {row.pk} is on record, due {row.due}."


def _came(request: HttpRequest) -> str:
    given, number = request.POST, typed.number(request.POST.get("number", ""))
    if number is None:
        raise Misuse("The form names no pledge", todo="Load the page again")
    room.deliver(
        context(), actor(request), number, on=parse_date(given.get("on", "")), evidence=given.get("evidence", ""),
        amount=given.get("amount", ""), what=given.get("what", ""), completes=bool(given.get("whole")),
    )  # fmt: skip
    return f"What came of pledge {number} is on record."


ACTS: dict[str, Callable[[HttpRequest], str]] = {"need": _need, "add": _pledge, "came": _came}
"""What a form of the page may do."""
