"""One gap: what found it, what would mend it, and the provisions of law that would close it with how far they are."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tocsin.core.clock import parse_date
from tocsin.core.errors import Refused
from tocsin.desk import acting, typed
from tocsin.desk.context import context
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.who import actor
from tocsin.response.oversight import gaps, provisions, rules
from tocsin.response.oversight.csv_rows import MOST_BYTES
from tocsin.response.oversight.found import keeping
from tocsin.response.oversight.models import Gap, Provision

FIELDS = ("title", "text", "reference", "status", "jurisdiction", "opens", "source")


def _provide(request: HttpRequest, number: int) -> str:
    words = {name: request.POST.get(name, "") for name in FIELDS}
    row = provisions.provide(context(), actor(request), number, **words)
    return f"“{row.title}” is linked to this gap."


def _move(request: HttpRequest, number: int) -> str:
    said = request.POST
    row = provisions.move(
        context(),
        actor(request),
        typed.number(said.get("provision", "")) or 0,
        status=said.get("status", ""),
        on=parse_date(said.get("on", "")),
        source=said.get("source", ""),
    )
    return f"“{row.title}” is {row.status} since {row.status_on}."


def _bills(request: HttpRequest, number: int) -> str:
    file = request.FILES.get("file")
    if file is None:
        raise Refused("The form brings no file", todo="Choose a CSV file")
    told = provisions.load(context(), actor(request), file.read(MOST_BYTES + 1))
    unknown = f" Of no provision here: {', '.join(told['unknown'])}." if told["unknown"] else ""
    return f"{len(told['moved'])} provisions moved, {told['known']} rows were known.{unknown}"


ACTS: dict[str, Callable[[HttpRequest, int], str]] = {"provide": _provide, "move": _move, "bills": _bills}


@require_http_methods(["GET", "POST"])
def gap(request: HttpRequest, number: int) -> HttpResponse:
    """Show a gap, or do the act of one of its forms. A refused form comes back with what was typed."""
    row = Gap.objects.filter(pk=number).first()
    if row is None:
        raise Http404(f"There is no gap {number}")
    done, refused = acting.submitted(request, ACTS, number, tag=f"gap-{number}")
    if done:
        return redirect(f"/undertakings/gaps/{number}")
    told = gaps.one(number, context().now().date())
    shown = {
        "g": told,
        "found_by": keeping.found_by(row),
        "still": told["state"] != "closed" and keeping.still(context(), row),
        "outside": told["directive_slot"] == keeping.OUTSIDE,
        "statuses": Provision.Status.values,
        "may_keep": posts_that(request, rules.may_keep),
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/gap.html", shown, status=422 if refused else 200)
