"""The register of undertakings and gaps: what was promised, who does what about it, and what is missing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tocsin.catalog import directive
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk import remedies, signing
from tocsin.desk.context import context
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.who import actor
from tocsin.response.oversight import gaps, owed, rules, undertaken
from tocsin.response.oversight import undertakings as room
from tocsin.response.oversight.models import Gap

GAP_STATES = ("open", "overdue", "closed", "all")


@require_safe
def undertakings(request: HttpRequest) -> HttpResponse:
    """Show undertakings and gaps, searched and filtered by the address."""
    return _page(request)


def _page(request: HttpRequest, refused: TocsinError | None = None, gap: str = "") -> HttpResponse:
    today = context().now().date()
    find = request.GET.get("q", "")
    state = request.GET.get("state", "")
    state = state if state in undertaken.STATES else ""
    gap_state = request.GET.get("gaps", "open")
    gap_state = gap_state if gap_state in GAP_STATES else "open"
    kind = request.GET.get("kind", "")
    kind = kind if kind in Gap.Kind.values else ""
    every = undertaken.register(today)
    for row in every:
        for step in row["steps"]:
            step["form"] = f"done-{step['step']}"
        row["duties"] = owed.duties_of(row["key"])
    found = [{**g, "form": f"gap-{g['gap']}"} for g in gaps.listing(today, state=gap_state, kind=kind, words=find)]
    return render(
        request,
        "desk/undertakings.html",
        {
            "rows": undertaken.with_basis(undertaken.matching(every, find, state)),
            "counts": {s: sum(s in row["states"] for row in every) for s in undertaken.STATES},
            "all": len(every),
            "states": undertaken.STATES,
            "state": state,
            "find": find,
            "gaps": found,
            "open_gaps": Gap.objects.filter(closed_at=None).count(),
            "gap_states": GAP_STATES,
            "gap_state": gap_state,
            "kinds": Gap.Kind.values,
            "kind": kind,
            "may_keep": posts_that(request, rules.may_keep),
            "owners": [p for p in directive.current().posts if not rules.of_legislature(p)],
            "refused": refused,
            "todo": remedies.todo(refused) if refused else "",
            "kept": {**_words(request), "gap": gap} if refused else {},
        },
        status=409 if refused else 200,
    )


def _words(request: HttpRequest) -> dict[str, str]:
    """Return what a form brought, without the passphrase."""
    return {name: value for name, value in request.POST.dict().items() if name != "passphrase"}


@require_POST
def raise_gap(request: HttpRequest) -> HttpResponse:
    """Raise a gap by hand."""
    said = {name: request.POST.get(name, "") for name in ("kind", "what", "owner", "due")}
    try:
        who = actor(request)
        rules.may_keep(who).enforce()
        gap = room.raise_gap(
            context(),
            kind=said["kind"],
            what=said["what"],
            owner_post=said["owner"],
            due=parse_date(said["due"]),
            source=f"post:{who.post}",
        )
    except (Refused, Misuse) as error:
        return _page(request, error)
    messages.success(request, f"Gap {gap.pk} is open.", extra_tags="gap")
    return redirect("/undertakings#gaps")


@require_POST
def close_gap(request: HttpRequest, number: int) -> HttpResponse:
    """Close a gap with what shows that it is closed."""
    try:
        gaps.close(context(), actor(request), number, request.POST.get("evidence", ""))
    except (Refused, Misuse) as error:
        return _page(request, error, f"gap-{number}")
    messages.success(request, f"Gap {number} is closed.", extra_tags=f"gap-{number}")
    return redirect("/undertakings#gaps")


@require_POST
def set_step(request: HttpRequest) -> HttpResponse:
    """Turn a principle into a step: who does what, by when, shown by what."""
    said = {name: request.POST.get(name, "") for name in ("key", "owner", "step", "shown_by", "due")}
    try:
        room.set_procedure(
            context(),
            actor(request, signed=signing.signed(request)),
            said["key"],
            post=said["owner"],
            what=said["step"],
            due=parse_date(said["due"]),
            shown_by=said["shown_by"],
        )
    except (Refused, Misuse) as error:
        return _page(request, error, "step")
    messages.success(request, "The step is set.", extra_tags="step")
    return redirect(f"/undertakings#u-{said['key']}")


@require_POST
def step_done(request: HttpRequest, number: int) -> HttpResponse:
    """Show that a step was done."""
    try:
        row = room.finish(
            context(), actor(request, signed=signing.signed(request)), number, request.POST.get("evidence", "")
        )
    except (Refused, Misuse) as error:
        return _page(request, error, f"done-{number}")
    messages.success(request, f"Step {row.pk} is shown to be done.", extra_tags=f"done-{number}")
    return redirect(f"/undertakings#u-{row.undertaking}")
