"""Two vintages of a source side by side: place and period, what was said, what is said now, and the difference."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.catalog.geography import places
from tocsin.core.errors import Misuse, Refused
from tocsin.desk.context import context
from tocsin.evidence.sources import loadable, spec
from tocsin.evidence.store import revisions
from tocsin.evidence.store.vintages import vintages as known_vintages

MOST = 200
PERIOD = "2024 or 2024-05"


@require_safe
def vintages(request: HttpRequest, source_id: str) -> HttpResponse:
    """Show the vintages of a source and, where there are two, the revisions between them; the filters are the URL's."""
    store = context().settings.store
    every = known_vintages(store, source_id)
    if not every:
        raise Http404(f"There is no source {source_id}")
    given = {name: request.GET.get(name, "").strip() for name in ("old", "new", "place", "figure", "from", "to")}
    given["kind"] = request.GET.get("kind", "changed")
    shown: dict[str, Any] = {
        "source_id": source_id,
        "source": spec(source_id) if source_id in loadable() else None,
        "vintages": list(enumerate(every, 1)),
        "given": given,
        "kinds": {"changed": "revised", "added": "added", "withdrawn": "withdrawn", "": "all of these"},
        "period": PERIOD,
    }
    status = 200
    try:
        found = revisions.compare(store, source_id, given["old"], given["new"], _asked(given))
        shown |= {
            "found": found,
            "rows": found.rows.head(MOST).to_dicts(),
            "more": max(found.rows.height - MOST, 0),
            "places": [(p, places()[p].name if p in places() else p) for p in found.places],
        }
    except Refused as refused:
        shown["alone"] = refused
    except Misuse as misuse:
        shown["refused"], status = misuse, 400
    return render(request, "desk/vintages.html", shown, status=status)


def _asked(given: dict[str, str]) -> revisions.Asked:
    """Return what the URL asks for. Raises Misuse for a kind or a place that there is not."""
    kind, place = given["kind"], given["place"].upper()
    if kind not in ("", *revisions.KINDS):
        raise Misuse(f"{kind!r} is no kind of revision", todo="Choose revised, added, withdrawn or all of these")
    if place and place not in places():
        raise Misuse(f"{given['place']!r} is no place", todo="Give three letters, as SDN")
    return revisions.Asked(
        places=(place,) if place else (),
        figures=(given["figure"],) if given["figure"] else (),
        kinds=(kind,) if kind else (),
        first=given["from"],
        last=given["to"],
    )
