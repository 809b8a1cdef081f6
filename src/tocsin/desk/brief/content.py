"""What the brief says, once. Every number stands here as a figure and as the words that page and PDF both print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tocsin.catalog.terms import VOCABULARIES, say
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.numbers import one_in, percent, risk, times_base
from tocsin.desk import choices, facts, silence
from tocsin.desk.charts.world import risk_class
from tocsin.desk.facts import CONFLICT, ONSET, Picture, Row
from tocsin.desk.words import note, noted
from tocsin.response.docket import letters, show
from tocsin.response.docket.models import Item, Lapse

CHANGED, HIGHEST, TO_DECIDE, LAPSED = 8, 10, 12, 5


SAID = {"mass_killing": "T06", "conflict": "T08"}
"""Concepts that the brief's own sentences name."""


def content(ctx: Context, pic: Picture | None = None, *, words: str = "un") -> dict[str, Any]:
    """Return the brief of the run in force, in the words of a vocabulary. Raises Refused when there is no run yet."""
    pic = pic or facts.picture(ctx)
    if pic is None:
        raise Refused("There is no run to brief on", todo="Run: tocsin refresh")
    now = ctx.now()
    line = facts.state_line(ctx, pic)
    listed = show.listing(now, state="undecided")
    lapses = (
        Lapse.objects.filter(due__gt=now - timedelta(days=7), due__lte=now).select_related("item").order_by("due", "id")
    )
    return {
        "run_id": line["run_id"],
        "as_of": facts.day(str(line["as_of"])),
        "written_at": iso(now),
        "written": letters.when(now),
        "counts": {
            "under_way": line["under_way"],
            "places": line["places"],
            "awaiting": line["awaiting"],
            "lapses_in_seven_days": line["lapses"],
        },
        "base_rates": {
            "mass_killing_onset": _number(pic.base[ONSET]),
            "state_based_deaths_ge25": _number(pic.base[CONFLICT]),
        },
        "interval_level": percent(pic.info["interval"]["level"]),
        "window": line["window"],
        "conflict_window": line["conflict_window"],
        "none_known": line["none_known"],
        "snapshot_note": line["snapshot_note"],
        "degraded": line["degraded"],
        "silent": silence.now(ctx, pic).sentences,
        "under_way": [_place(r, pic) for r in pic.under_way],
        "changed": [_place(r, pic) for r in changed(pic)],
        "highest": [
            _place(r, pic)
            for r in [r for r in pic.rows if r["state"] != "under way" and r["p_onset"] is not None][:HIGHEST]
        ],
        "to_decide": [_item(ctx, row, pic) for row in listed[:TO_DECIDE]],
        "to_decide_more": max(len(listed) - TO_DECIDE, 0),
        "lapsed": [_lapse(lapse) for lapse in lapses[:LAPSED]],
        "lapsed_more": max(lapses.count() - LAPSED, 0),
        "cut": len(pic.run.cut),
        "budget_per_year": pic.info["budget"]["items_per_year"],
        "map": {"sentence": drawn_sentence(), "classes": classes(pic)},
        "not_known": not_known(pic),
        "licences": facts.licences(pic.run.sources),
        "words": spoken(words),
    }


def spoken(words: str) -> dict[str, Any]:
    """Return the concepts the brief names, as a vocabulary has them, and what they are easily mistaken for."""
    terms = {key: say(concept, words) for key, concept in SAID.items()}
    notes = [f"{t.text}: {note(t)}" for t in terms.values() if noted(t)]
    return {
        "vocabulary": words,
        "name": VOCABULARIES[words],
        **{key: t.text[:1].upper() + t.text[1:] for key, t in terms.items()},
        "notes": notes,
    }


def drawn_sentence() -> str:
    """Return the sentence under the map, which is also its text alternative."""
    return (
        "Black (white on a dark screen): a mass killing is under way. Blue: the risk of a new one, darker where "
        "higher, each shade twice the one before, from under ¼ to 8 or more times the base rate. Hatched: not assessed."
    )


def classes(pic: Picture) -> dict[str, str]:
    """Return the class of every place on the map: ``way``, ``r0`` to ``r6``, ``na``."""
    base = pic.base[ONSET]
    return {r["place_id"]: "way" if r["state"] == "under way" else risk_class(r["p_onset"], base) for r in pic.rows}


def changed(pic: Picture) -> list[Row]:
    """Return the places whose forecast moved most against the last one, in log-odds, largest first."""
    known = [r for r in pic.rows if r["p_onset"] and r["previous"]]
    return sorted(known, key=lambda r: (-abs(r["change"]), r["place_id"]))[:CHANGED]


def not_known(pic: Picture) -> list[str]:
    """Return what this run cannot say, for the whole board."""
    said = []
    unassessed = [r["name"] for r in pic.rows if r["state"] == "not assessed"]
    if unassessed:
        said.append(f"Whether a mass killing is under way in {len(unassessed)} places: not assessed.")
    without = [r["name"] for r in pic.rows if r["p_onset"] is None]
    if without:
        more = " and others" if len(without) > 4 else ""
        said.append(f"The risk in {len(without)} places: no forecast ({', '.join(without[:4])}{more}).")
    carried = sum(bool(r["coverage"]["carried"]) for r in pic.rows)
    if carried:
        said.append(f"Some figures of {carried} places are carried from an earlier year.")
    if pic.info.get("snapshot"):
        said.append(f"What happened since: {pic.info['snapshot_note']}.")
    said.append("Who would do it, and whether it can be stopped: no forecast says.")
    return said


def _number(p: float | None) -> dict[str, Any]:
    return {"value": p, "text": risk(p)}


def _place(row: Row, pic: Picture) -> dict[str, Any]:
    interval = row["interval"]
    return {
        "place_id": row["place_id"],
        "name": row["name"],
        "state": row["state"],
        "since": row["under_way_since"],
        "led_by": row["under_way_led_by"],
        "p_onset": {"value": row["p_onset"], "text": risk(row["p_onset"])},
        "interval": None
        if interval is None
        else {
            "low": interval["low"],
            "high": interval["high"],
            "text": f"{one_in(interval['low'])} to {one_in(interval['high'])}",
        },
        "times_base": {"value": row["onset_times_base"], "text": times_base(row["p_onset"], pic.base[ONSET])},
        "previous": {"value": row["previous"], "text": risk(row["previous"])},
        "p_conflict": {"value": row["p_conflict"], "text": percent(row["p_conflict"])},
        "rank": row["rank"],
        "item": row["item"],
    }


def _item(ctx: Context, row: dict[str, Any], pic: Picture) -> dict[str, Any]:
    now = ctx.now()
    decision = row["clocks"][1]
    due = letters.when(facts.moment(decision["due"]))
    item = Item.objects.get(pk=row["id"])
    left = f"{decision['hours_left']} h left" if decision["state"] == "running" else "ran out"
    return {
        "item": row["id"],
        "about": row["about"],
        "level": row["level"],
        "question": row["question"],
        "age": facts.killing_age(item, now),
        "waiting": waiting_costs(ctx, item, pic),
        "owner": facts.post_title(row["owner"]),
        "tier": row["tier"],
        "decision_due": decision["due"],
        "due": f"{due}, {left}",
        "late": decision["state"] == "lapsed",
    }


def waiting_costs(ctx: Context, item: Item, pic: Picture) -> str:
    """Return how many options can still arrive for an item and how many waiting took; empty without a place."""
    asked = choices.of_item(ctx, item, pic)
    if asked is None:
        return ""
    answer, gone = asked.answer, asked.answer.waited
    took = gone.possible_then - gone.possible_now if gone else 0
    lost = f"; {took} lost by waiting since {facts.day(gone.since.isoformat())}" if gone and took else ""
    return f"{len(answer.options) - 1} options can still arrive{lost}"


def _lapse(lapse: Lapse) -> dict[str, Any]:
    return {
        "item": lapse.item_id,
        "about": letters.about(lapse.item),
        "clock": lapse.clock,
        "tier": lapse.tier,
        "posts": ", ".join(facts.post_title(p) for p in lapse.posts),
        "due": letters.until(lapse.due),
    }
