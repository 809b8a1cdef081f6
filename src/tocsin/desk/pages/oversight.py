"""Open to all: was the warning answered, what stands behind the figures, the checkpoint. No current item on any."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.catalog import directive
from tocsin.core.errors import Refused
from tocsin.desk import facts, silence
from tocsin.desk.charts.freshness import freshness
from tocsin.desk.context import context
from tocsin.evidence import fetch
from tocsin.evidence.store import snapshot
from tocsin.response.oversight import figures as counted
from tocsin.response.oversight import live
from tocsin.response.oversight.timeline import timeline
from tocsin.response.register import loads, record
from tocsin.response.register.dated import days_behind
from tocsin.response.register.models import LedgerCheckpoint


@login_not_required
@require_safe
def accountability(request: HttpRequest) -> HttpResponse:
    """Show the scorecard: hours per step, lapses by post, commitments kept, what was decided and what followed."""
    now = context().now()
    card = live.open_card(now, host=context().settings.host_place)
    return render(request, "desk/accountability.html", {"f": counted.figures(now), "c": card})


@login_not_required
@require_safe
def released(request: HttpRequest, number: int) -> HttpResponse:
    """Show the timeline of a closed item. An open one does not exist here, not even as a refusal."""
    try:
        told = timeline(number)
    except Refused:
        raise Http404("There is no closed question of this number") from None
    return render(request, "desk/released.html", {"t": told})


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Show freshness, licence, last good and quarantined rows of every source of the run in force."""
    ctx = context()
    pic = facts.picture(ctx)
    found = _with_age(pic) if pic else []
    drawn = None
    if pic:
        day = date.fromisoformat(pic.info["as_of"])
        drawn = freshness(found, day, counted=pic.run.counted_months, key="fresh")
    return render(
        request,
        "desk/sources.html",
        {
            "pic": pic,
            "sources": found,
            "freshness": drawn,
            "silence": silence.now(ctx, pic),
            # What a feed lacks and how its publisher answered is for those who run this house.
            "feeds": fetch.feeds(ctx) if request.user.is_authenticated else [],
            "set_aside": set_aside(found),
            "elsewhere": _elsewhere(found) if request.user.is_authenticated else [],
            "remarked": [s for s in found if s["issues"] and not s["refused"]],
        },
    )


def _with_age(pic: facts.Picture) -> list[facts.Row]:
    """Return the sources of a run with the days each is behind its cadence and the last file if it was refused."""
    day = date.fromisoformat(pic.info["as_of"])
    bad = loads.refused(context().settings.store)
    return [{**s, "days_behind": days_behind(s, day), "refused": bad.get(s["id"])} for s in pic.run.sources]


def _elsewhere(found: list[facts.Row]) -> list[tuple[str, int]]:
    """Return the sources whose last file has quarantined rows that the run does not list, and how many."""
    shown = {s["id"] for s in found if s["quarantined"]}
    last = loads.last(context().settings.store)
    return [(s, int(r["quarantined"])) for s, r in last.items() if s not in shown and r.get("quarantined")]


def set_aside(found: list[facts.Row], most: int = 100) -> list[tuple[facts.Row, list[facts.Row]]]:
    """Return each source with quarantined rows, and the findings that set them aside, ``most`` of them at most."""
    told = []
    for source in found:
        if source["quarantined"]:
            rows = [i for i in source["issues"] if i.get("weight", "row") == "row"]
            bundled = [] if rows or source.get("status") != "snapshot" else snapshot.set_aside(source["id"])
            told.append(({**source, "more": len(rows) > most, "bundled": bool(bundled)}, [*rows, *bundled][:most]))
    return told


@login_not_required
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show what an outsider needs to check the ledger: the checkpoint, the key, the verifier, and how."""
    last = LedgerCheckpoint.objects.order_by("-size").first()
    return render(
        request,
        "desk/ledger.html",
        {"last": last, "key": record.verifier_key(context()), "witnesses": directive.current().witnesses},
    )


@login_not_required
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """Give verify.py, the one file that checks an export on a bare Python."""
    answer = HttpResponse(
        (files("tocsin") / "ledger" / "verify.py").read_bytes(), content_type="text/x-python; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="verify.py"'
    return answer


@login_not_required
@require_safe
def verifier_key(request: HttpRequest) -> HttpResponse:
    """Give the key that outsiders verify the ledger's signatures with, alone on its line."""
    return HttpResponse(record.verifier_key(context()) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the newest signed checkpoint as text, for anybody who wants to hold it. It says nothing of any item."""
    last = LedgerCheckpoint.objects.order_by("-size").first()
    if last is None:
        raise Http404("No checkpoint has been signed yet")
    return HttpResponse(last.note, content_type="text/plain; charset=utf-8")
