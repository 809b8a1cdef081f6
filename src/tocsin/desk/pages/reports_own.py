"""A writer's side of reports: write one, keep the receipt, see what became of it and who opened it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog.geography import places
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.core.places import Place
from tocsin.desk import remedies
from tocsin.desk.context import context, reader
from tocsin.response.docket import outbox
from tocsin.response.docket.reports import own
from tocsin.response.docket.reports.enter import Entry, submit
from tocsin.response.register.reports.models import Report
from tocsin.response.register.reports.originals import MOST_BYTES

FIELDS = ("place", "dated", "kind", "office", "language", "text")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a report; a refused form comes back as typed."""
    typed = {field: request.POST.get(field, "") for field in FIELDS} | {"place": _place(request)}
    person, refused = reader(request), ""
    if request.method == "POST" and person is not None:
        try:
            dated = parse_date(typed["dated"]) if typed["dated"] else None
            content = typed["text"].encode("utf-8", "surrogatepass")
            entry = Entry(typed["place"], content, typed["kind"], dated, typed["office"], typed["language"])
            receipt = submit(context(), entry, person=person, via="desk")
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
        else:
            outbox.deliver_after(context())
            said = f"Report {receipt.number} is received and sealed. Its receipt stands below."
            messages.success(request, said, extra_tags="report-new")
            return redirect(f"/reports/mine#r{receipt.number}")
    return render(
        request,
        "desk/report_new.html",
        {
            "typed": typed,
            "refused": refused,
            "kinds": Report.Kind.values,
            "places": _places(),
            "most": MOST_BYTES,
        },
        status=422 if refused else 200,
    )


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show the reader's own reports: receipt, fate, every opening of the original."""
    person = reader(request)
    return render(request, "desk/reports_mine.html", {"reports": own.of(own.by_person(person) if person else None)})


def _places() -> list[Place]:
    """Return every state of today and every territory beside one, by name."""
    known = places()
    there = {*known.independent(context().now().year), *known.territories}
    return sorted((known[i] for i in there), key=lambda p: (p.name, p.place_id))


def _place(request: HttpRequest) -> str:
    return request.POST.get("place", "") or request.GET.get("place", "")
