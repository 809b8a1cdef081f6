"""Who does what where: searched by the address, entered here, exported with HXL hashtags, and subscribed to (M54)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tocsin.catalog import directive
from tocsin.catalog.cooperation import rules, sectors
from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.catalog.rows import INSTRUMENTS
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk import remedies, typed
from tocsin.desk.context import context, posts_held
from tocsin.desk.who import actor
from tocsin.response.register.activities import keep, listing, organisations, shield, subscriptions
from tocsin.response.register.activities.row import ActivityRow
from tocsin.response.register.models import Activity

MANY = ("sectors", "instruments", "seen_by")
"""Fields of which the form takes several by choosing."""
PAGE = 100
"""Rows on a page; a search narrows them."""


@require_GET
def activities(request: HttpRequest) -> HttpResponse:
    """Show what the reader may see, narrowed by the address; ``?edit=`` puts one into the form."""
    return _page(request)


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give what everybody may see of a search as CSV with HXL hashtags; never a restricted activity."""
    response = HttpResponse(
        listing.as_csv(listing.search([], **_asked(request))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="activities.csv"'
    return response


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Take in an activity from the form."""
    given = {name: request.POST.get(name, "") for name in ActivityRow.model_fields}
    given |= {name: ";".join(request.POST.getlist(name)) for name in MANY}
    try:
        row, came = keep.put(context(), actor(request), keep.checked(given))
    except (Refused, Misuse) as error:
        return _page(request, refused=error, part="enter", kept=given)
    said = {"new": "is on record", "changed": "is changed", "unchanged": "stood so already"}[came]
    seen = "shown to the posts named alone" if row.restricted else "shown to everybody signed in"
    messages.success(request, f"The activity {said}: {seen}.", extra_tags="enter")
    return redirect("/activities")


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask, for a post, to be told."""
    wanted = {name: request.POST.get(name, "") for name in ("place", "topic", "factor")}
    try:
        row = subscriptions.subscribe(context(), actor(request), **wanted)
    except (Refused, Misuse) as error:
        return _page(request, refused=error, part="subscribe", kept=wanted)
    messages.success(request, f"Your post is told of {subscriptions.said(row)}, once a day.", extra_tags="subscribe")
    return redirect("/activities#told")


@require_POST
def unsubscribe(request: HttpRequest, number: int) -> HttpResponse:
    """End a subscription."""
    try:
        row = subscriptions.end(context(), actor(request), number)
    except (Refused, Misuse) as error:
        return _page(request, refused=error, part="subscribe")
    messages.success(request, f"Your post is told of {subscriptions.said(row)} no more.", extra_tags="subscribe")
    return redirect("/activities#told")


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what the address asks for; what names nothing is left out."""
    asked = {name: request.GET.get(name, "").strip() for name in listing.FILTERS}
    asked["place"] = (places().find(asked["place"]) or "") if asked["place"] else ""
    known = {"sector": sectors(), "factor": library().framework.factors, "option": library().options}
    known["status"] = {**rules().statuses, "live": ""}
    return {name: word if name not in known or word in known[name] else "" for name, word in asked.items()}


def _page(
    request: HttpRequest, *, refused: TocsinError | None = None, part: str = "", kept: dict[str, Any] | None = None
) -> HttpResponse:
    held, asked = posts_held(request), _asked(request)
    today, names = context().now().date(), organisations.known()
    found = listing.search(held, **asked)
    every = found if not any(asked.values()) else listing.search(held)
    editing = _editing(request, held) if kept is None else None
    used = {row.organisation for row in every}
    form = kept or editing or {}
    chosen = {name: str(form[name]).split(";") for name in MANY if name in form}
    return render(
        request,
        "desk/activities.html",
        {
            "rows": [listing.as_dict(row, today, names) for row in found[:PAGE]],
            "found": len(found),
            "all": len(every),
            "asked": asked,
            "narrowed": request.GET.urlencode(),
            "used": sorted((o for o in names.values() if o.key in used), key=lambda o: o.name),
            "organisations": sorted(names.values(), key=lambda o: o.name),
            "sectors": sectors().values(),
            "instruments": INSTRUMENTS,
            "factors": library().framework.factors.values(),
            "statuses": rules().statuses,
            "offices": directive.current().offices,
            "posts": directive.current().posts,
            "mine": held,
            "subscriptions": [(row, subscriptions.said(row)) for row in subscriptions.open_of(held)],
            "hour": f"{rules().digest_hour:02}:00",
            "refused": remedies.sentence(refused) if refused else "",
            "part": part or ("enter" if editing else ""),
            "kept": {**form, **chosen, "post": request.POST.get("post", "")},
            "today": today,
        },
        status=422 if refused else 200,
    )


def _editing(request: HttpRequest, held: list[str]) -> dict[str, Any] | None:
    """Return an activity as the form holds it; None where there is none that the reader may see."""
    row = Activity.objects.filter(pk=typed.number(request.GET.get("edit", ""))).first()
    if row is None or not shield.may_see(row, held):
        return None
    plain = {name: getattr(row, name) for name in ("organisation", "ref", *keep.PLAIN, "because")}
    days = {name: plain[name].isoformat() if plain[name] else "" for name in ("starts", "ends", "source_on")}
    lists = {name: ";".join(getattr(row, name)) for name in (*keep.LISTS, "seen_by")}
    where = ";".join(p.place_id for p in row.at.all())
    return plain | days | lists | {"places": where, "visibility": "restricted" if row.restricted else "open"}
