"""The board: where, and what awaits whom."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tocsin.catalog.geography import places
from tocsin.core.errors import Damaged, Misuse
from tocsin.core.places import fold
from tocsin.desk import apart, facts, silence
from tocsin.desk.charts import quadrant, world
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.facts import CONFLICT, ONSET, Picture, Row
from tocsin.desk.shapes import shapes
from tocsin.response.docket.models import Item, Warning
from tocsin.response.oversight import pledges
from tocsin.response.register import runs

SHOWN = 45
FILTERS = ("region", "level", "changed", "gaps", "mine", "q")
# A change is worth a filter when the probability moved by a quarter of itself or more since the last forecast.
CHANGED = 0.25


def moved(row: Row) -> bool:
    """Tell whether a forecast changed by a quarter or more of what it was."""
    before = None if row["change"] is None or row["p_onset"] is None else row["p_onset"] - row["change"]
    return bool(before) and abs(row["change"]) >= CHANGED * before


def chosen(rows: list[Row], wanted: dict[str, str], posts: list[str]) -> list[Row]:
    """Return the rows that the filters of the address let through."""
    q = fold(wanted["q"])
    return [
        r
        for r in rows
        if (not wanted["region"] or r["region"] == wanted["region"])
        and (not wanted["level"] or r["level"] == wanted["level"])
        and (not wanted["changed"] or moved(r))
        and (not wanted["gaps"] or r["p_onset"] is None or r["state"] == "not assessed")
        and (not wanted["mine"] or (r["item"] and r["owner"] in posts))
        and (not q or q in fold(r["name"]) or q == r["place_id"].casefold())
    ]


def bands(rows: list[Row], none_known: str = "none known") -> list[dict[str, Any]]:
    """Return rows in bands: under way first, then those without a known killing (with its date), then the rest."""
    words = {
        "under way": "Under way: the forecast is of a further, separate killing",
        "none known": none_known[:1].upper() + none_known[1:],
        "not assessed": "Not assessed whether one is under way",
    }
    found = [{"state": s, "words": w, "rows": [r for r in rows if r["state"] == s]} for s, w in words.items()]
    for band in found:
        if any(r["item"] for r in band["rows"]):
            band["words"] = f"{band['words']}. Places with an open item first, then by risk"
    return found


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the board; a search that names one place goes straight there."""
    ctx = context()
    pic = facts.picture(ctx)
    if pic is None:
        return render(request, "desk/board_empty.html", {"overdue_pledges": len(pledges.overdue(ctx.now().date()))})
    wanted = {name: request.GET.get(name, "").strip() for name in FILTERS}
    rows = chosen(pic.rows, wanted, posts_held(request))
    if wanted["q"] and len(rows) == 1:
        return redirect(f"/places/{rows[0]['place_id']}")
    meant = places().find(wanted["q"]) if wanted["q"] else None
    if meant and not pic.run.covers(meant):
        # A territory or a microstate: no row to show, and still a page on which the bell can be rung.
        return redirect(f"/places/{meant}")
    filtered = any(wanted.values())
    # What is asked about stands first in its band, on the first sheet: a rank is no measure of urgency.
    rows.sort(key=lambda r: (r["state"] != "under way", r["state"] != "none known", not r["item"]))
    sheet = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/board.html",
        {
            "pic": pic,
            "base": pic.base,
            "line": facts.state_line(ctx, pic),
            "silent": silence.now(ctx, pic).words,
            "overdue_pledges": len(pledges.overdue(ctx.now().date())),
            "bands": bands(list(sheet), pic.run.none_known),
            "found": len(rows),
            "sheet": sheet,
            "kept": urlencode({k: v for k, v in wanted.items() if v}),
            "wanted": wanted,
            "query": wanted["q"],
            "filtered": filtered,
            "levels": ("watch", "alert", "emergency"),
            "regions": sorted({r["region"] for r in pic.rows}),
            "map": draw_map(pic, {r["place_id"] for r in rows} if filtered else None),
            "quadrant": draw_quadrant(pic),
            "parted": apart.parted(pic),
            "since": since_last_look(request, pic),
            "licences": facts.licences(pic.run.sources),
        },
    )


def draw_map(pic: Picture, only: set[str] | None = None) -> Any:
    """Draw the map of a picture; with ``only``, places that the filters leave out are plain land."""
    areas = [
        world.Area(r["place_id"], r["name"], r["state"], r["p_onset"], bool(r["coverage"]["stale"])) for r in pic.rows
    ]
    drawn = shapes()
    return world.world(
        areas,
        size=(drawn.width, drawn.height),
        paths=drawn.paths,
        dots=drawn.dots,
        other=drawn.other,
        base=pic.base[ONSET],
        when=pic.run.when(ONSET),
        key="map",
        only=only,
    )


def draw_quadrant(pic: Picture) -> Any:
    """Draw the quadrant of a picture from the places that have both forecasts."""
    marks = [
        quadrant.Mark(
            r["place_id"], r["name"], r["p_onset"], r["p_conflict"], r["state"] == "under way", bool(r["item"])
        )
        for r in pic.rows
        if r["p_onset"] is not None and r["p_conflict"] is not None
    ]
    return quadrant.quadrant(
        marks,
        apart.base(pic),
        when={"onset": pic.run.when(ONSET), "conflict": pic.run.when(CONFLICT)},
        key="quad",
    )


def since_last_look(request: HttpRequest, pic: Picture) -> dict[str, Any]:
    """Return what changed since the run the reader last marked as read."""
    person = reader(request)
    seen = person.last_looked_run if person else ""
    if not seen:
        return {"first": True}
    if seen == pic.run.run_id:
        return {"same": True, "run_id": seen}
    try:
        before = runs.load(context().settings.home, seen)
    except (Damaged, Misuse):
        return {"lost": True, "run_id": seen}
    old = {r["place_id"]: r for r in before.board()}
    changes = [
        {**r, "was": old[r["place_id"]]["p_onset"], "state_was": old[r["place_id"]]["state"]}
        for r in pic.rows
        if r["place_id"] in old
        and (
            r["state"] != old[r["place_id"]]["state"]
            or (
                r["p_onset"]
                and old[r["place_id"]]["p_onset"]
                and abs(r["p_onset"] / old[r["place_id"]]["p_onset"] - 1) >= CHANGED
            )
        )
    ]
    known = {w["warning_id"] for w in before.warnings}
    fresh = [w for w in pic.run.warnings if w["warning_id"] not in known]
    numbers = dict(
        Item.objects.filter(
            warnings__in=Warning.objects.filter(warning_id__in=[w["warning_id"] for w in fresh])
        ).values_list("warnings__warning_id", "id")
    )
    return {
        "run_id": seen,
        "changes": changes[:12],
        "warnings": [{**w, "item": numbers.get(w["warning_id"])} for w in fresh],
    }


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Remember the run the reader has seen; the next board says what changed after it."""
    person, pic = reader(request), facts.picture(context())
    if person and pic:
        person.last_looked_run = pic.run.run_id
        person.save(update_fields=["last_looked_run"])
        messages.success(request, "Marked as read. The board will say what changes after this run.")
    return redirect("/")
