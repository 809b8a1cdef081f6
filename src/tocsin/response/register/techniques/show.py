"""A technique as plain values: what may be seen of it, what it says, what is still missing. Same rows, same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from tocsin.catalog import withdrawn
from tocsin.catalog.basis import basis_label, verified
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.register import assessments
from tocsin.response.register.assessments.support import LOWER, standing
from tocsin.response.register.people import Actor
from tocsin.response.register.techniques import kinds, matrix, prompts, seats
from tocsin.response.register.techniques.keep import key_order
from tocsin.response.register.techniques.models import HomeTripwire, Technique, TechniquePart


def head(one: Technique) -> dict[str, Any]:
    """Return what stands above a technique: kind, question, what it serves, who takes part, whether it is blind."""
    it = kinds.kind(one.kind)
    reveal = getattr(one, "reveal", None)
    by_number = {s.number: s for s in one.seats.select_related("person", "handed_in")}
    state = "blind" if one.still_blind else "revealed" if one.blind else "open"
    return {
        "technique": one.number,
        "place_id": one.place_id,
        "kind": one.kind,
        "title": it.title,
        "does": it.does,
        "after": it.after,
        "verified": verified(it.basis),
        "basis_label": basis_label(it.basis),
        "question": one.question,
        "round": one.round.number if one.round else None,
        "item": one.item,
        "state": state,
        "opened_at": iso(one.opened_at),
        "opened_by": one.post,
        "closes_at": iso(one.closes_at),
        "revealed_at": iso(reveal.at) if reveal else None,
        "revealed_because": reveal.because if reveal else None,
        "ledger_seq": one.ledger_seq,
        "seats": [_seat(one, n, by_number.get(n)) for n in sorted({*range(len(one.invited)), *by_number})],
    }


def of_place(place_id: str) -> list[dict[str, Any]]:
    """Return the heads of a place's techniques, newest first."""
    rows = Technique.objects.filter(place_id=place_id).select_related("round", "reveal")
    return [head(one) for one in rows.order_by("-number")]


def of_item(number: int) -> list[Technique]:
    """Return the techniques that serve a docket item, oldest first: its own and those of its rounds, which say so."""
    return list(Technique.objects.filter(item=number).select_related("round", "reveal").order_by("id"))


def view(ctx: Context, one: Technique) -> dict[str, Any]:
    """Return everything of a technique that everybody may see, with ``analysis`` and what is ``missing``."""
    rows = list(TechniquePart.objects.filter(technique=one).select_related("seat__person", "technique__reveal"))
    return _whole(ctx, one, rows)


def own(ctx: Context, one: Technique, actor: Actor) -> dict[str, Any] | None:
    """Return a technique as the owner of a seat sees it, with what they said blind; None when they have no seat."""
    seat = seats.mine(one, actor)
    if seat is None:
        return None
    every = TechniquePart.every.filter(technique=one).select_related("seat__person", "technique__reveal")
    seen = set(TechniquePart.objects.filter(technique=one).values_list("pk", flat=True))
    rows = [row for row in every.order_by("id") if row.pk in seen or row.seat_id == seat.pk]
    return {**_whole(ctx, one, rows), "seat": seat.number, "handed_in": hasattr(seat, "handed_in")}


def as_json(ctx: Context, one: Technique) -> str:
    """Return a technique as JSON, keys sorted: whoever asks, the same bytes."""
    return json.dumps(view(ctx, one), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def lowered(link: str) -> str:
    """Return why what a piece of evidence rests on counts for less than it was given; empty when it stands."""
    answer = assessments.cited(link)
    if answer is not None:
        return standing(answer)[1]
    gone = withdrawn.lookup(link)
    return gone.sentence if gone else ""


def _whole(ctx: Context, one: Technique, rows: Iterable[TechniquePart]) -> dict[str, Any]:
    by_key: dict[str, list[TechniquePart]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    armed = {t.key: t for t in HomeTripwire.objects.filter(technique=one).order_by("version")}
    parts: dict[str, list[dict[str, Any]]] = {p.id: [] for p in kinds.kind(one.kind).parts}
    for key in sorted(by_key, key=key_order):
        versions = sorted(by_key[key], key=lambda r: r.version)
        parts[versions[-1].part].append(_part(versions))
    if one.kind == "scenarios":
        _watched(parts, armed, ctx.now().date())
    for row in parts.get("evidence", []):
        row["lowered_because"] = lowered(row["words"]["link"]) or None
    told = {**head(one), "parts": parts, "analysis": _analysis(parts) if one.kind == "hypotheses" else None}
    return {**told, "missing": prompts.missing(told, ctx.now().date())}


def _part(versions: list[TechniquePart]) -> dict[str, Any]:
    last = versions[-1]
    seat = last.seat
    return {
        "key": last.key,
        "version": last.version,
        "words": last.words,
        "withdrawn": last.withdrawn,
        "seat": seat.number,
        "post": seat.post,
        "by": str(seat.person) if seat.person else seat.post,
        "at": iso(last.at),
        "ledger_seq": last.ledger_seq,
        "after_reveal": bool(last.technique.blind and not last.seal and last.technique.invited and _own(last)),
        "before": [
            {"version": v.version, "words": v.words, "withdrawn": v.withdrawn, "post": v.seat.post, "at": iso(v.at)}
            for v in versions[:-1]
        ],
    }


def _own(row: TechniquePart) -> bool:
    return kinds.kind(row.technique.kind).part(row.part).own


def _seat(one: Technique, number: int, seat: Any) -> dict[str, Any]:
    asked = one.invited[number] if number < len(one.invited) else None
    handed = getattr(seat, "handed_in", None) if seat else None
    state = "not begun" if seat is None else "handed in" if handed else "begun" if one.blind and asked else "took part"
    return {
        "seat": number,
        "post": seat.post if seat else asked["post"] if asked else "",
        "person": (str(seat.person) if seat and seat.person else (asked["person"] if asked else "")) or None,
        "invited": asked is not None,
        "state": state,
        "handed_in_at": iso(handed.at) if handed else None,
    }


def _watched(parts: dict[str, list[dict[str, Any]]], armed: dict[str, HomeTripwire], today: date) -> None:
    """Say of each indicator who watches it, what was last seen, and by when somebody looks again."""
    looks: dict[str, list[dict[str, Any]]] = {}
    for row in parts["look"]:
        if not row["withdrawn"]:
            looks.setdefault(row["words"]["indicator"], []).append(row)
    for row in parts["indicator"]:
        seen = max(looks.get(row["key"], []), key=lambda r: (r["at"], key_order(r["key"])), default=None)
        due = (seen or row)["words"]["look_on"]
        tripwire = armed.get(row["key"])
        row["watch"] = "tripwire" if tripwire else "person"
        row["tripwire"] = (
            {"id": tripwire.tripwire_id, "version": tripwire.version, "armed_with": tripwire.threshold}
            if tripwire
            else None
        )
        row["found"] = seen["words"]["found"] if seen else None
        row["look_on"] = None if tripwire else due
        row["overdue"] = not tripwire and not row["withdrawn"] and due < today.isoformat()


def _analysis(parts: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return, for each seat that filled cells, what its marks say; and the cells on which seats differ."""
    hypotheses = [h["key"] for h in parts["hypothesis"] if not h["withdrawn"]]
    standing_rows = [e for e in parts["evidence"] if not e["withdrawn"]]
    rows = [matrix.Row(e["key"], _credibility(e), e["words"]["relevance"]) for e in standing_rows]
    marks: dict[int, dict[tuple[str, str], str]] = {}
    for cell in parts["cell"]:
        at = cell["words"]["evidence"], cell["words"]["hypothesis"]
        if not cell["withdrawn"] and at[0] in {r.key for r in rows} and at[1] in hypotheses:
            marks.setdefault(cell["seat"], {})[at] = cell["words"]["mark"]
    who = {c["seat"]: {"post": c["post"], "by": c["by"]} for c in parts["cell"]}
    grid = [
        {
            "evidence": row.key,
            "hypothesis": h,
            "marks": {str(seat): given[row.key, h] for seat, given in sorted(marks.items()) if (row.key, h) in given},
        }
        for row in rows
        for h in hypotheses
    ]
    for cell in grid:
        cell["stand"] = matrix.opposed(list(cell["marks"].values()))
    return {
        "hypotheses": hypotheses,
        "evidence": [row.key for row in rows],
        "cells": grid,
        "by_seat": [
            {"seat": seat, **who[seat], **matrix.analyse(hypotheses, rows, given).plain()}
            for seat, given in sorted(marks.items())
        ],
        "differ": [f"{c['evidence']}.{c['hypothesis']}" for c in grid if c["stand"] != "same"],
        "opposed": [f"{c['evidence']}.{c['hypothesis']}" for c in grid if c["stand"] == "opposed"],
    }


def _credibility(row: dict[str, Any]) -> str:
    given = str(row["words"]["credibility"])
    return LOWER[given] if lowered(row["words"]["link"]) else given
