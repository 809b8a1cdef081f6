"""Sources that may not be leaned on any more: the register, whose grades it lowers, and its two acts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk.context import context
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.who import actor
from tocsin.response.register.catalogue import rules, sources


@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    """Show every source that may not be leaned on, with the options whose grade it lowers."""
    return _page(request)


def _page(request: HttpRequest, refused: TocsinError | None = None) -> HttpResponse:
    shown = {
        "rows": sources.listing(),
        "kinds": sources.KINDS,
        "refused": refused,
        "kept": request.POST.dict() if refused else {},
        "may": posts_that(request, rules.may_withdraw),
    }
    return render(request, "desk/sources_gone.html", shown, status=409 if refused else 200)


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Withdraw a source, or say that one stands again."""
    given = {name: request.POST.get(name, "") for name in ("source", "kind", "why")}
    try:
        if given["kind"] == "restored":
            sources.restore(context(), actor(request), given["source"], why=given["why"])
        else:
            sources.withdraw(context(), actor(request), given["source"], kind=given["kind"], why=given["why"])
    except (Misuse, Refused) as error:
        return _page(request, error)
    messages.success(request, "On record; the grades that rest on it follow.", extra_tags="gone")
    return redirect("sources_gone")
