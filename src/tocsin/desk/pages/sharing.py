"""Sharing with a partner: some fields of some questions, until a day, by one address; who read it; how it is ended."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.catalog import directive
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import remedies, signing, typed
from tocsin.desk.context import context
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.who import actor
from tocsin.response.docket import letters
from tocsin.response.docket.models import Item
from tocsin.response.oversight import rules, shares

KEPT = ("items", "organisation", "until", "post", "number")


@require_http_methods(["GET", "POST"])
def sharing(request: HttpRequest) -> HttpResponse:
    """Show every share and who read it; make one. Its address is shown once, in the answer that makes it."""
    posts = _posts(request)
    if request.method != "POST":
        return _page(request, posts, {"items": request.GET.get("item", "")})
    try:
        row, token = _made(request)
    except (Refused, Misuse) as error:
        return _page(request, posts, _typed(request), refused=remedies.sentence(error), part="make")
    return _page(request, posts, {}, address=request.build_absolute_uri(f"/share/{token}"), made=row.pk)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a share now."""
    posts = _posts(request)
    try:
        shares.revoke(context(), actor(request, signed=signing.signed(request)), number)
    except (Refused, Misuse) as error:
        return _page(request, posts, _typed(request), refused=remedies.sentence(error), part=f"share-{number}")
    messages.success(request, f"Share {number} is revoked: its address opens nothing.", extra_tags=f"share-{number}")
    return redirect("/sharing")


def _made(request: HttpRequest) -> tuple[Any, str]:
    """Make the share a form asks for."""
    numbers = [typed.number(text) for text in re.split(r"[\s,;]+", request.POST.get("items", "").strip()) if text]
    if None in numbers:
        raise Misuse("Questions are named by their numbers", todo="Write them as 12, 14")
    found = list(Item.objects.filter(pk__in=numbers).order_by("id"))
    missing = sorted({n for n in numbers if n} - {item.pk for item in found})
    if missing:
        raise Refused(f"There is no question {missing[0]}", todo="See the docket")
    day = parse_date(request.POST.get("until", ""))
    until = datetime.combine(day, time.max, tzinfo=UTC).replace(microsecond=0)
    organisation, fields = request.POST.get("organisation", ""), request.POST.getlist("fields")
    who = actor(request, signed=signing.signed(request))
    return shares.share(context(), who, found, organisation=organisation, fields=fields, until=until)


def _posts(request: HttpRequest) -> list[str]:
    posts = posts_that(request, rules.may_keep)
    if not posts:
        raise PermissionDenied("What is shared with partners is seen by those who hold a post that keeps the registers")
    return posts


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what a form brought, without the passphrase."""
    return {**{name: request.POST.get(name, "") for name in KEPT}, "fields": request.POST.getlist("fields")}


def _page(
    request: HttpRequest,
    posts: list[str],
    kept: dict[str, Any],
    *,
    refused: str = "",
    part: str = "",
    address: str = "",
    made: int = 0,
) -> HttpResponse:
    now = context().now()
    rows = shares.listing(now)
    for row in rows:
        row["form"] = f"share-{row['share']}"
    open_items = Item.objects.exclude(state=Item.State.CLOSED).order_by("-id")
    return render(
        request,
        "desk/sharing.html",
        {
            "rows": rows,
            "open": sum(row["state"] == "open" for row in rows),
            "posts": posts,
            "organisations": directive.current().organisations,
            "fields": list(shares.FIELDS),
            "questions": [{"number": i.pk, "about": letters.about(i)} for i in open_items[:200]],
            "longest": shares.LONGEST_DAYS,
            "an_hour": shares.READS_AN_HOUR,
            "kept": kept,
            "refused": refused,
            "part": part,
            "address": address,
            "made": made,
        },
        status=422 if refused else 200,
    )
