"""An item: why, who knows, what next. And the acts that change it, apart from deciding."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tocsin.catalog import directive
from tocsin.core.clock import parse_date
from tocsin.desk import choices, facts
from tocsin.desk.context import context
from tocsin.desk.who import actor, standing
from tocsin.response.docket import acts, imagination, letters, show
from tocsin.response.docket.models import Item
from tocsin.response.register.models import LedgerBody, LedgerEntry
from tocsin.response.register.techniques import show as techniques

WITHHELD = "withheld on this page"


def found(number: int) -> Item:
    """Return an item. Raises Http404 with a sentence."""
    item = Item.objects.filter(pk=number).first()
    if item is None:
        raise Http404(f"There is no docket item {number}")
    return item


def above(item: Item) -> list[dict[str, Any]]:
    """Return the rungs that silence would still carry an undecided item to, with what the directive says of each."""
    if item.state not in facts.AWAITING:
        return []
    rules = directive.version(item.directive_version)
    return [{"rule": rules.tier(t), "posts": rules.posts_of(t)} for t in range(item.tier + 1, item.ceiling + 1)]


def entries(item: Item) -> list[dict[str, Any]]:
    """Return the ledger entries of an item, each with its body when that is held here."""
    rows = LedgerEntry.objects.filter(item=item.pk).order_by("seq")
    bodies = {b.entry_id: b.body for b in LedgerBody.objects.filter(entry__in=rows)}
    return [{"entry": e, "body": _laid_out(bodies[e.seq]) if e.seq in bodies else None} for e in rows]


def _laid_out(body: str) -> str:
    """Return a canonical body with a line for each key, to be read; who rang the bell is not shown to every reader."""
    said = json.loads(body)
    if said.get("rung_by"):
        said["rung_by"] = WITHHELD
    return json.dumps(said, ensure_ascii=False, indent=1)


def standing_of(it: Item) -> list[dict[str, Any]]:
    """Return the decisions of an item in order, each with the one that superseded it and whether it is in force."""
    rows = list(it.decisions.prefetch_related("commitments").select_related("person").order_by("id"))
    later = {d.supersedes_id: d.pk for d in rows if d.supersedes_id}
    held = ("acting", "declined", "deferred")
    return [
        {"d": d, "superseded_by": later.get(d.pk), "in_force": d.pk not in later and it.state in held} for d in rows
    ]


def completing(request: HttpRequest, it: Item) -> dict[int, list[str]]:
    """Return, for each commitment not yet shown done, the reader's posts that may show it: its own, or one as high."""
    rules = directive.version(it.directive_version)
    held = [(p, rules.post(p).tier) for p in standing(request, "complete").posts]
    return {
        c.pk: [p for p, tier in held if p == c.post or (tier or 0) >= (rules.post(c.post).tier or 0)]
        for c in it.commitments.filter(done_at=None)
    }


@require_GET
def item(request: HttpRequest, number: int) -> HttpResponse:
    """Show an item."""
    it = found(number)
    ctx = context()
    pic = facts.picture(ctx)
    row = next((r for r in pic.rows if r["place_id"] == it.place_id), None) if pic else None
    asked = choices.of_item(ctx, it, pic)
    shown = show.item(number, ctx.now())
    answer = asked.answer if asked else None
    return render(
        request,
        "desk/item.html",
        {
            "item": it,
            "about": letters.about(it),
            "shown": shown,
            "delivery": shown["clocks"][0],
            "decision": shown["clocks"][1],
            "above": above(it),
            "row": row,
            "base": pic.base if pic else {},
            "warnings": it.itemwarning_set.select_related("warning").order_by("joined_at", "id"),
            "answer": answer,
            "said": asked.said if asked else [],
            "options": choices.spread(answer) if answer else [],
            "nothing": choices.nothing(answer) if answer else None,
            "decisions": standing_of(it),
            "packages": it.packages.prefetch_related("lines", "picks").order_by("-version")[:3],
            "imagined": imagination.of_item(it) if it.place_id else None,
            "techniques": techniques.of_item(it.pk),
            "lapses": it.lapses.order_by("due"),
            "outbox": it.messages.prefetch_related("sendings").order_by("id"),
            "entries": entries(it),
            "awaiting": it.state in facts.AWAITING,
            "may_complete": completing(request, it),
            "may_ack": standing(request, "acknowledge", it),
            "may_decide": standing(request, "decide", it),
            "may_review": standing(request, "review", it),
            "may_close": standing(request, "close", it),
            "rules": directive.version(it.directive_version),
        },
    )


@require_POST
def acknowledge(request: HttpRequest, number: int) -> HttpResponse:
    """Acknowledge: the delivery clock stops for everybody, the decision clock runs on."""
    found(number)
    done = acts.acknowledge(context(), number, actor(request))
    messages.success(
        request,
        "Acknowledged. The delivery clock has stopped for everybody." if done.first else "It was acknowledged already.",
    )
    return redirect(f"/docket/{number}")


def _day(text: str) -> date | None:
    """Read the date of a form. Raises Misuse when it is not one."""
    return parse_date(text) if text.strip() else None


@require_POST
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Record that a decision was looked at again and stands."""
    found(number)
    acts.review(
        context(),
        number,
        actor(request),
        reasons=request.POST.get("reasons", ""),
        review_on=_day(request.POST.get("review_on", "")),
        found=request.POST.get("found", ""),
    )
    messages.success(request, "The review is recorded.", extra_tags=f"review-{number}")
    return redirect(f"/docket/{number}")


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close an item that was decided, or that lapsed at its ceiling."""
    found(number)
    acts.close(
        context(), number, actor(request), reasons=request.POST.get("reasons", ""), found=request.POST.get("found", "")
    )
    messages.success(request, "The item is closed. Its record stays.", extra_tags=f"close-{number}")
    return redirect(f"/docket/{number}")


@require_POST
def commitment_done(request: HttpRequest, number: int) -> HttpResponse:
    """Show that a commitment was carried out."""
    done = acts.complete(context(), number, actor(request), request.POST.get("evidence", ""))
    messages.success(request, "Shown to be done.")
    return redirect(f"/docket/{done.item_id}")
