"""The docket: what is due, in the directive's order, with its points; filters live in the address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tocsin.catalog import directive
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import facts, remedies, signing, typed
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.who import actor, standing
from tocsin.response.docket import acts, heartbeats, letters, ranked, upstream
from tocsin.response.docket.acts import surge
from tocsin.response.docket.models import Commitment, Item, Lapse, Override
from tocsin.response.docket.priorities import Ranked
from tocsin.response.register.people import Actor

SHOWN = 50
TRACKS = ("prevention", "response")


def rows(items: list[Item], mine: list[str], order: dict[int, Ranked] | None = None) -> list[dict[str, Any]]:
    """Return what the list shows of items, in the order in which they come; ``order`` gives ranks and points."""
    shown = []
    for item in items:
        steps = list(item.steps.all())
        step = next((s for s in reversed(steps) if s.left_at is None), steps[-1] if steps else None)
        shown.append(
            {
                "item": item,
                "about": letters.about(item),
                "step": step,
                "mine": item.owner_post in mine,
                "lapses": len(item.lapses.all()),
                "warnings": len(item.warnings.all()),
                "age": facts.killing_age(item, context().now()),
                "ranked": (order or {}).get(item.pk),
            }
        )
    return shown


def wanted(request: HttpRequest) -> dict[str, str]:
    """Return the filters of the address that make sense; what makes none is left out."""
    given = {k: request.GET.get(k, "").strip() for k in ("level", "state", "mine", "place", "track", "q")}
    known = {"level": tuple(directive.RANK), "state": tuple(Item.State.values), "mine": ("1",), "track": TRACKS}
    return {k: v for k, v in given.items() if v and v in known.get(k, (v,))}


def passes(item: Item, asked: dict[str, str], mine: list[str], order: dict[int, Ranked]) -> bool:
    """Tell whether an item is among what is asked for."""
    if asked.get("level", item.level) != item.level or asked.get("state", item.state) != item.state:
        return False
    if asked.get("mine") and item.owner_post not in mine:
        return False
    if asked.get("place") and asked["place"].casefold() not in (
        item.place_id.casefold(),
        letters.about(item).casefold(),
    ):
        return False
    if asked.get("track"):
        line = order.get(item.pk)
        crisis = item.level == "emergency" or bool(line and line.facts.under_way)
        if crisis != (asked["track"] == "response"):
            return False
    text = f"{item.pk} {letters.about(item)} {item.question}".casefold()
    return all(word in text for word in asked.get("q", "").casefold().split())


@require_GET
def docket(request: HttpRequest) -> HttpResponse:
    """List questions: awaiting decision in the order of the directive, being acted on, and decided."""
    return _page(request)


def _page(request: HttpRequest, *, refused: str = "", part: str = "order", status: int = 200) -> HttpResponse:
    ctx, mine, asked = context(), posts_held(request), wanted(request)
    standing_order = ranked.standing(ctx)
    order = {r.facts.number: r for r in standing_order.items}
    everything = [i for i in Item.objects.all() if passes(i, asked, mine, order)]
    lists = {
        "awaiting": sorted((i for i in everything if i.pk in order), key=lambda i: order[i.pk].rank),
        "acting": sorted((i for i in everything if i.state == Item.State.ACTING), key=lambda i: (i.opened_at, i.pk)),
        "done": sorted(
            (i for i in everything if i.state in (Item.State.DECLINED, Item.State.CLOSED)), key=lambda i: -i.pk
        ),
    }
    every = request.GET.get("all") == "1"
    shown = {name: _loaded(found if every else found[:SHOWN]) for name, found in lists.items()}
    rules = directive.version(standing_order.version)
    return render(
        request,
        "desk/docket.html",
        {
            **{name: rows(found, mine, order) for name, found in shown.items()},
            "counts": {name: len(found) for name, found in lists.items()},
            "shown": SHOWN,
            "asked": asked,
            "levels": list(directive.RANK),
            "states": Item.State.values,
            "tracks": TRACKS,
            "lapses": Lapse.objects.count(),
            "weights": [(str(k).replace("_", " "), v) for k, v in rules.priorities.weights.items()],
            "ties": [str(t).replace("_", " ") for t in rules.priorities.ties],
            "rules": rules,
            "overrides": Override.objects.filter(pk__in=[ref for *_, ref in ranked.in_force(ctx.now())]),
            "tasks": [_task(r) for r in standing_order.tasks[:SHOWN]],
            "task_count": len(standing_order.tasks),
            "may_override": standing(request, "override"),
            "periods": upstream.measure(ctx, 2),
            "surge": surge.standing(ctx),
            "may_surge": [
                p for p in mine if surge.may_declare(Actor(post=p, person=reader(request), via="desk")).allowed
            ],
            "part": part,
            "refused": refused,
            "form": request.POST,
            "now": ctx.now(),
            "silence": heartbeats.silence(ctx.now()),
        },
        status=status,
    )


def _may_surge(request: HttpRequest, mine: list[str]) -> list[str]:
    """Return the reader's posts that may declare or end a surge."""
    return [p for p in mine if surge.may_declare(Actor(post=p, person=reader(request), via="desk")).allowed]


def _loaded(items: list[Item]) -> list[Item]:
    """Return these items with what the list shows of them, read at once."""
    found = Item.objects.prefetch_related("steps", "lapses", "warnings").in_bulk([i.pk for i in items])
    return [found[i.pk] for i in items]


def _task(line: Ranked) -> dict[str, Any]:
    if line.facts.kind == "review":
        item = Item.objects.get(pk=line.facts.number)
        what, post = "Look at the decision again", item.owner_post
    else:
        row = Commitment.objects.select_related("item").get(pk=line.facts.number)
        item, what, post = row.item, row.what, row.post
    return {"line": line, "item": item, "about": letters.about(item), "what": what, "post": post}


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Set the rank of a question by hand, or take it back."""
    given = {k: request.POST.get(k, "").strip() for k in ("number", "rank", "days", "reasons")}
    try:
        number = typed.number(given["number"])
        if number is None:
            raise Misuse("The form names no question", todo="Write the number of a question that awaits a decision")
        if request.POST.get("back"):
            acts.withdraw(context(), number, actor(request), reasons=given["reasons"])
            said = f"Item {number} stands where the rule puts it."
        else:
            rank, days = typed.number(given["rank"], 5), typed.number(given["days"], 5)
            if rank is None or days is None:
                raise Misuse("The rank and the days are whole numbers", todo="1 is first")
            row = acts.override(
                context(), number, actor(request), rank=rank, reasons=given["reasons"],
                days=days,
            )  # fmt: skip
            before = row.before.index(number) + 1 if number in row.before else "below the list"
            said = f"Item {number} stands at rank {row.rank}; it stood at {before}. The ledger keeps both orders."
    except (Refused, Misuse) as error:
        return _page(request, refused=remedies.sentence(error), status=422)
    messages.success(request, said, extra_tags="order")
    return redirect("/docket")


@require_POST
def surge_act(request: HttpRequest) -> HttpResponse:
    """Declare a surge, or end the one in force: signed, with reasons."""
    reasons, days = request.POST.get("reasons", ""), request.POST.get("days", "").strip()
    try:
        length = typed.number(days, 5)
        if days and length is None:
            raise Misuse("The days are a whole number", todo="Leave them out for the longest the directive allows")
        who = actor(request, signed=signing.signed(request))
        if request.POST.get("end"):
            surge.end(context(), who, reasons=reasons)
            said = "The surge is ended."
        else:
            row = surge.declare(context(), who, reasons=reasons, days=length)
            said = f"A surge is in force until {row.expires_at:%Y-%m-%d}."
    except (Refused, Misuse) as error:
        return _page(request, refused=remedies.sentence(error), part="surge", status=422)
    messages.success(request, said, extra_tags="surge")
    return redirect("/docket")
