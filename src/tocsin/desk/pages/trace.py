"""The trace: from a source row to the warning, the item, the decision and its ledger entry, and back (M27)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.desk import facts
from tocsin.desk.context import context
from tocsin.desk.pages.item import found
from tocsin.response.docket import letters, trace
from tocsin.response.docket.models import Warning
from tocsin.response.register import runs


@require_GET
def of_item(request: HttpRequest, number: int) -> HttpResponse:
    """Show the chain of an item, every link named and every missing one said."""
    item = found(number)
    return render(
        request,
        "desk/trace_item.html",
        {
            "item": item,
            "about": letters.about(item),
            "chain": trace.of_item(item),
            "superseded": {d.supersedes_id: d.pk for d in item.decisions.all() if d.supersedes_id},
        },
    )


@require_GET
def of_warning(request: HttpRequest, number: int) -> HttpResponse:
    """Show a warning: what it rests on, the run that made it, the items it opened or joined, what cites it."""
    warning = Warning.objects.filter(pk=number).first()
    if warning is None:
        raise Http404(f"There is no warning {number}")
    links = list(warning.itemwarning_set.select_related("item").order_by("id"))
    cited = [
        (link.item, [d for d in link.item.decisions.order_by("id") if warning.warning_id in d.cites]) for link in links
    ]
    kept = warning.run_id in runs.identifiers(context().settings.home)
    return render(
        request, "desk/trace_warning.html", {"warning": warning, "links": links, "cited": cited, "run_kept": kept}
    )


@require_GET
def of_source(request: HttpRequest, source_id: str) -> HttpResponse:
    """Show where a source, or one row of it (``?row=``), led."""
    pic = facts.picture(context())
    source = next((s for s in pic.run.sources if s["id"] == source_id), None) if pic else None
    row = request.GET.get("row", "").strip() or None
    led = trace.of_row(source_id, row)
    if source is None and not led:
        raise Http404(f"There is no source {source_id}")
    return render(request, "desk/trace_source.html", {"source_id": source_id, "source": source, "row": row, "led": led})
