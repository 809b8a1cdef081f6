"""A body: what awaits it, who sits in it, its action items and its minutes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import remedies, signing
from tocsin.desk.context import context, posts_held
from tocsin.desk.who import actor
from tocsin.response.docket import acts, sitting


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def body(request: HttpRequest, post: str) -> HttpResponse:
    """Show the sheet of a body, or keep minutes of a sitting. Raises Http404 for a post that is none."""
    ctx, refused = context(), ""
    try:
        sheet = sitting.of_body(ctx, post)
    except Misuse as error:
        raise Http404(error.sentence()) from None
    if request.method == "POST":
        refused = _keep(request, post)
        if not refused:
            return redirect(f"/bodies/{post}")
    seats = {post, *(m["post"] for m in sheet["members"])}
    shown = {
        "sheet": sheet,
        "refused": refused,
        "typed": request.POST if refused else {},
        "seats": [p for p in posts_held(request) if p in seats],
        "today": ctx.now().date(),
    }
    return render(request, "desk/body.html", shown, status=422 if refused else 200)


def _keep(request: HttpRequest, post: str) -> str:
    """Keep the minutes of the form; return why they were refused."""
    try:
        fault = signing.fault(request, request.POST.get("passphrase", ""))
        if fault:
            return fault
        day = request.POST.get("held_on", "").strip()
        said = request.POST.get("minutes", "")
        held = parse_date(day) if day else None
        acts.minute(context(), post, actor(request, signed=True), minutes=said, held_on=held)
    except (Refused, Misuse) as error:
        return remedies.sentence(error)
    messages.success(request, "The minutes are kept.", extra_tags=f"minutes-{post}")
    return ""
