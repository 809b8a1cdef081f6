"""Who can offer what, needs set against it by side, asks with their clocks and what was answered (M15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tocsin.catalog import directive
from tocsin.catalog.cooperation import capabilities as kinds
from tocsin.catalog.cooperation import rules
from tocsin.catalog.geography import places
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk import remedies, typed
from tocsin.desk.context import context, posts_held
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.who import actor
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages.models import Package
from tocsin.response.oversight.capability import needs as room
from tocsin.response.oversight.capability import show
from tocsin.response.oversight.models import Gap, Need
from tocsin.response.oversight.rules import may_keep
from tocsin.response.register import offers, tools
from tocsin.response.register.activities import organisations


@require_GET
def capabilities(request: HttpRequest) -> HttpResponse:
    """Show the directory of offers, narrowed by the address to a capability and a place."""
    return _directory(request)


@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """Show the needs that are not closed, and the form for one; ``?item=``, ``?gap=`` and ``?package=`` fill it."""
    return _needs(request)


@require_GET
def need(request: HttpRequest, number: int) -> HttpResponse:
    """Show a need with who can meet it, on every side, and what was asked and answered."""
    return _need(request, number)


@require_POST
def act(request: HttpRequest, what: str) -> HttpResponse:
    """Do one thing of these pages; a refusal comes back with the form as it was."""
    if what not in ACTS:
        raise Http404("There is no such form")
    number = typed.number(request.POST.get("need", ""))
    try:
        where, done = ACTS[what](request)
    except (Refused, Misuse) as error:
        if what in OFFERED:
            return _directory(request, error, what)
        return _needs(request, error) if what == "need" or number is None else _need(request, number, error, what)
    messages.success(request, done, extra_tags=what)
    return redirect(where)


def _directory(request: HttpRequest, refused: TocsinError | None = None, part: str = "") -> HttpResponse:
    held, today = posts_held(request), context().now().date()
    kind, place = request.GET.get("kind", ""), request.GET.get("place", "").strip()
    kind = kind if kind in kinds() else ""
    place_id = (places().find(place) or "") if place else ""
    rows = show.directory(held, today, kind, place_id)
    return render(
        request,
        "desk/capabilities.html",
        {
            "groups": [
                (kinds()[k], [r for r in rows if r["capability"] == k]) for k in kinds() if not kind or k == kind
            ],
            "found": len(rows),
            "kind": kind,
            "place": place_id,
            "asked": bool(kind or place_id),
            "kinds": kinds().values(),
            "sides": organisations.SECTORS,
            "organisations": sorted(organisations.known().values(), key=lambda o: o.name),
            "offices": directive.current().offices,
            "tools": tools.held(),
            "posts": directive.current().posts,
            "mine": held,
            "stale_days": rules().stale_days.offer,
            **_back(request, refused, part),
        },
        status=422 if refused else 200,
    )


def _needs(request: HttpRequest, refused: TocsinError | None = None) -> HttpResponse:
    held = posts_held(request)
    asked = {name: typed.number(request.GET.get(name, "")) for name in ("item", "gap", "package")}
    rows = room.open_needs(held, **{f"{name}_id": number for name, number in asked.items() if number is not None})
    item = Item.objects.filter(pk=asked["item"]).first() if asked["item"] else None
    start = {name: number or "" for name, number in asked.items()} | {"place": item.place_id if item else ""}
    back = _back(request, refused, "need" if refused else "")
    return render(
        request,
        "desk/needs.html",
        {
            "rows": [show.need(row, held) for row in rows],
            "closed": [n for n in Need.objects.exclude(closed_at=None).order_by("-closed_at")[:20] if not n.restricted],
            "asked": {name: number for name, number in asked.items() if number is not None},
            "kinds": kinds().values(),
            "items": Item.objects.exclude(state="closed").order_by("id"),
            "gaps": Gap.objects.filter(closed_at=None).order_by("id"),
            "packages": Package.objects.exclude(item__state="closed").order_by("item_id", "id"),
            "mine": posts_that(request, may_keep),
            **back,
            "kept": back["kept"] or start,
        },
        status=422 if refused else 200,
    )


def _need(request: HttpRequest, number: int, refused: TocsinError | None = None, part: str = "") -> HttpResponse:
    held = posts_held(request)
    try:
        row = room.seen(number, held)
    except Refused:
        raise Http404(f"There is no need {number} that you may see") from None
    told = show.matched(row, held, context().now().date())
    for side in told["sides"]:
        for one in side["offers"]:
            one["form"] = f"ask-{one['offer']}"
    for one in told["asks"]:
        one["form"] = f"answer-{one['ask']}"
        one["next"] = [word for word, before in room.AFTER.items() if one["state"] in before]
    found = sum(len(side["offers"]) for side in told["sides"])
    context_ = {"n": told, "found": found, "mine": posts_that(request, may_keep), "days": rules().answer_days}
    back = _back(request, refused, part)
    if refused:
        back["part"] = (
            f"{part}-{request.POST.get('offer' if part == 'ask' else 'ask', '')}" if part != "close" else part
        )
    return render(request, "desk/need.html", context_ | back, status=422 if refused else 200)


def _back(request: HttpRequest, refused: TocsinError | None, part: str) -> dict[str, Any]:
    """Return what a refused form needs: the sentence, which form it was, and what was typed."""
    kept = request.POST.dict() | {"seen_by": request.POST.getlist("seen_by")} if refused else {}
    return {"refused": remedies.sentence(refused) if refused else "", "part": part, "kept": kept}


def _whole(text: str, what: str) -> int:
    found = typed.number(text.strip(), 6)
    if found is None:
        raise Misuse(f"{what} is a whole number", todo="Write it in digits")
    return found


def _optional(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    return _whole(text, name.capitalize()) if text else None


def _offer(request: HttpRequest) -> tuple[str, str]:
    given = request.POST
    until = given.get("valid_until", "").strip()
    row = offers.make(
        context(), actor(request), organisation=given.get("organisation", ""), name=given.get("capability", ""),
        what=given.get("what", ""), lead_days=_whole(given.get("lead_days", ""), "The number of days"),
        office=given.get("office", ""), places=given.get("places", "").split(";"),
        conditions=given.get("conditions", ""),
        valid_until=parse_date(until) if until else None, tool=_optional(request, "tool"),
        visibility=given.get("visibility", ""), seen_by=given.getlist("seen_by"), because=given.get("because", ""),
    )  # fmt: skip
    seen = "shown to the posts named alone" if row.restricted else "shown to everybody signed in"
    return "/capabilities", f"Offer {row.pk} is on record, {seen}."


def _verify(request: HttpRequest) -> tuple[str, str]:
    row = offers.verify(context(), actor(request), _whole(request.POST.get("offer", ""), "The offer"))
    return "/capabilities", f"Offer {row.pk} was made sure of today."


def _withdraw(request: HttpRequest) -> tuple[str, str]:
    row = offers.withdraw(context(), actor(request), _whole(request.POST.get("offer", ""), "The offer"))
    return "/capabilities", f"Offer {row.pk} is withdrawn; its record stays."


def _post(request: HttpRequest) -> tuple[str, str]:
    given = request.POST
    row = room.post(
        context(), actor(request), given.get("capability", ""), given.get("what", ""),
        parse_date(given.get("needed_by", "")), given.get("place", ""), item=_optional(request, "item"),
        package=_optional(request, "package"), gap=_optional(request, "gap"),
    )  # fmt: skip
    return f"/needs/{row.pk}", f"Need {row.pk} is posted. Below: who can meet it."


def _ask(request: HttpRequest) -> tuple[str, str]:
    given = request.POST
    number = _whole(given.get("need", ""), "The need")
    row = room.ask(
        context(), actor(request), number, _whole(given.get("offer", ""), "The offer"), words=given.get("words", ""),
        days=_whole(given.get("days", ""), "The number of days"),
    )  # fmt: skip
    return f"/needs/{number}", f"Ask {row.pk} is with the office that keeps touch."


def _answer(request: HttpRequest) -> tuple[str, str]:
    given, on = request.POST, request.POST.get("on", "").strip()
    number, kind = _whole(given.get("ask", ""), "The ask"), given.get("kind", "")
    day = parse_date(on) if on and kind == "used" else None
    room.answer(context(), actor(request), number, kind, words=given.get("words", ""), used_on=day)
    return f"/needs/{_whole(given.get('need', ''), 'The need')}", f"Ask {number} is {kind}."


def _close(request: HttpRequest) -> tuple[str, str]:
    row = room.close(
        context(), actor(request), _whole(request.POST.get("need", ""), "The need"), request.POST.get("why", "")
    )
    return "/needs", f"Need {row.pk} is closed."


OFFERED = ("offer", "verify", "withdraw")
ACTS: dict[str, Callable[[HttpRequest], tuple[str, str]]] = {
    "offer": _offer,
    "verify": _verify,
    "withdraw": _withdraw,
    "need": _post,
    "ask": _ask,
    "answer": _answer,
    "close": _close,
}
"""What a form of these pages may do: each returns where to go next and what was done."""
