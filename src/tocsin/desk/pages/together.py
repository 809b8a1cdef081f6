"""Deciding together and what becomes of a decision: words on a proposal, recusal, barriers, positions, outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import remedies, signing, typed
from tocsin.desk.context import context, posts_held
from tocsin.desk.pages.item import found
from tocsin.desk.who import Standing, actor, standing
from tocsin.response.docket import acts, bodies, letters, show, will
from tocsin.response.docket.acts.outcome import CONFIDENCES
from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import Barrier, Outcome, Position

SIGNED = {"assent", "dissent"}


def _word(request: HttpRequest, number: int, stand: str) -> str:
    who = actor(request, signed=True)
    read = {n for text in request.POST.getlist("read") if (n := typed.number(text)) is not None}
    if stand == "dissent":
        acts.dissent(context(), number, who, reasons=request.POST.get("reasons", ""), read=read)
        return "Signed. Your dissent is kept for good."
    _, taken = acts.assent(context(), number, who, reasons=request.POST.get("reasons", ""), read=read)
    return "Signed. The quorum is reached: it is decided." if taken else "Signed. It waits for more assents."


def _recuse(request: HttpRequest, number: int) -> str:
    said = {k: request.POST.get(k, "") for k in ("reasons", "person")}
    row, item = acts.recuse(context(), number, actor(request), post=request.POST.get("whose", ""), **said)
    return f"{row.recused_post} is recused. The item is with {item.owner_post} now; its decision clock runs on."


def _block(request: HttpRequest, number: int) -> str:
    said = request.POST
    words: dict[str, Any] = {k: said.get(k, "") for k in ("type", "sphere", "why", "evidence", "workaround")}
    pledged = said.get("subject", "")
    words["option"] = said.get("option_id", "").strip().upper()
    words["commitment"] = typed.number(pledged)
    proposed = {way["to"]: will.in_words(way) for way in will.ways_around(words["option"])}
    words["workaround"] = words["workaround"].strip() or proposed.get(said.get("way", ""), "")
    acts.block(context(), number, actor(request), by=said.get("by", ""), **words)
    return "The barrier is recorded."


def _lift(request: HttpRequest, number: int) -> str:
    barrier = request.POST.get("barrier", "")
    evidence = request.POST.get("evidence", "")
    acts.lift(context(), number, actor(request), barrier=typed.number(barrier) or 0, evidence=evidence)
    return "The barrier is lifted; it stays in the record."


def _position(request: HttpRequest, number: int) -> str:
    said = request.POST
    words = {k: said.get(k, "") for k in ("by", "stance", "statement", "source")}
    day = parse_date(said.get("said_on", ""))
    option = said.get("option_id", "").strip().upper()
    acts.position(context(), number, actor(request), said_on=day, option=option, **words)
    return "The position is recorded."


def _reopen(request: HttpRequest, number: int) -> str:
    again = acts.reopen(context(), number, actor(request), reasons=request.POST.get("reasons", ""))
    return f"Reopened as item {again.pk}, with a decision clock of its own."


def _outcome(request: HttpRequest, number: int) -> str:
    said = request.POST
    words = {k: said.get(k, "") for k in ("came", "evidence", "claimed_cause", "confidence")}
    acts.outcome(context(), number, actor(request), **words)
    return "The outcome is recorded. A later record corrects it; none is changed."


ACTS: dict[str, Callable[[HttpRequest, int], str]] = {
    "assent": lambda request, number: _word(request, number, "assent"),
    "dissent": lambda request, number: _word(request, number, "dissent"),
    "recuse": _recuse,
    "block": _block,
    "lift": _lift,
    "position": _position,
    "reopen": _reopen,
    "outcome": _outcome,
}


def _do(request: HttpRequest, number: int, part: str) -> str:
    """Do the act of a form; return why it was refused, empty when it was done."""
    try:
        if part not in ACTS:
            raise Misuse("The form names no act", todo="Use a form of this page")
        if part in SIGNED:
            fault = signing.fault(request, request.POST.get("passphrase", ""))
            if fault:
                return fault
        messages.success(request, ACTS[part](request, number), extra_tags=f"{part}-{number}")
    except (Refused, Misuse) as error:
        return remedies.sentence(error)
    return ""


def _option(request: HttpRequest) -> str:
    """Return the option whose ways around are shown: of the refused form, or of the address."""
    return (request.POST.get("option_id") or request.GET.get("option", "")).strip().upper()[:20]


def _in_question(item: Item) -> list[str]:
    """Return the options that decisions on an item saw, chosen ones first: what is likely to be blocked."""
    last = item.decisions.order_by("id").last()
    return list(dict.fromkeys([*last.options_chosen, *last.options_seen])) if last else []


def _dissenters(request: HttpRequest, item: Item) -> list[str]:
    """Return the reader's posts that were told of an item: they may append a dissent to its decision."""
    told = {p for step in item.steps.all() for p in step.posts} | set(item.messages.values_list("to_post", flat=True))
    return [p for p in posts_held(request) if p in told]


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def together(request: HttpRequest, number: int) -> HttpResponse:
    """Show the page, or do the act of one of its forms. A refused form comes back with what was typed."""
    item = found(number)
    part = request.POST.get("part", "")
    refused = _do(request, number, part) if request.method == "POST" else ""
    if request.method == "POST" and not refused:
        return redirect(f"/docket/{number}/together")
    ctx = context()
    shown = show.item(number, ctx.now())
    open_ones = [p for p in shown["proposals"] if p["open"]]
    held = Standing(posts_held(request), "You hold no post of the directive", "The operator assigns posts")
    return render(
        request,
        "desk/together.html",
        {
            "item": item,
            "about": letters.about(item),
            "shown": shown,
            "proposals": list(reversed(shown["proposals"])),
            "open": bool(open_ones),
            "will": will.of_item(number, ctx.now()),
            "around": will.ways_around(_option(request)),
            "around_of": _option(request),
            "in_question": _in_question(item),
            "commitments": item.commitments.filter(done_at=None),
            "refused": {part: refused} if refused else {},
            "typed": request.POST if refused else {},
            "may_word": standing(request, "propose", item),
            "may_dissent": _dissenters(request, item) if shown["decision"] else [],
            "may_reopen": standing(request, "reopen", item),
            "may_outcome": standing(request, "outcome", item),
            "held": held,
            "operator": "operator" in held.posts,
            "types": Barrier.Type.choices,
            "spheres": Barrier.Sphere.choices,
            "stances": Position.Stance.choices,
            "cames": Outcome.Came.choices,
            "confidences": CONFIDENCES,
            "bodies": sorted({b for p in held.posts if (b := bodies.seat(item, p))}),
        },
        status=422 if refused else 200,
    )
