"""A procedure: who starts it, what it needs and gives, what stops it, the ways around, and whom it concerns now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.guide import guide
from tocsin.catalog.library import library
from tocsin.catalog.links import links
from tocsin.catalog.outcome_forms import forms
from tocsin.desk.live import live_items
from tocsin.options.routes.chains import stopped_by


@require_GET
def procedure(request: HttpRequest, procedure_id: str) -> HttpResponse:
    """Show a procedure: by what vote, who can stop it, how long it takes, and the questions whose options use it."""
    row = library().procedures.get(procedure_id)
    if row is None:
        raise Http404(f"There is no procedure {procedure_id} in the catalogue")
    known = links()
    link = known.links[procedure_id]
    return render(
        request,
        "desk/procedure.html",
        {
            "p": row,
            "link": link,
            "stopped_by": stopped_by(row, link),
            "within": library().groups[row.within].name if row.within else "",
            "starters": [known.actors[a].says for a in link.initiators],
            "heard": [known.actors[a].says for a in link.asked_by],
            "needs": [[known.kinds[n] for n in group] for group in link.needs],
            "gives": known.given[procedure_id],
            "around": [(w, library().procedures[w.to]) for w in known.around if w.blocked == procedure_id],
            "forms": [f for f in forms().values() if procedure_id in f.procedures],
            "steps": [s for s in guide().steps if procedure_id in s.procedures],
            "used": [o for o in library().options.values() if procedure_id in o.procedures],
            "live": live_items(request).get(procedure_id, []),
        },
    )
