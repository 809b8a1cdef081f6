"""The will map of a stalled item (M41): which barriers are capability, which are will, which are law, who could act,
and what offices, bodies and states have said in public. All of it with its evidence; nothing in it is of a person.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import datetime
from typing import Any

from tocsin.catalog.labels import labels
from tocsin.catalog.library import library
from tocsin.catalog.links import links
from tocsin.core.clock import iso
from tocsin.core.errors import Refused
from tocsin.core.words import in_cell
from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import Barrier, Label, Position

MEANS = {"cannot": "capability", "will_not": "will", "may_not": "law"}


def barriers_of(item: Item) -> list[dict[str, Any]]:
    """Return the barriers of an item in order, those replaced and lifted too: ``standing`` says which hold."""
    rows = list(item.barriers.order_by("id"))
    later = {b.supersedes_id for b in rows}
    return [_barrier(b, standing=not b.lifted and b.pk not in later) for b in rows]


def of_item(number: int, now: datetime) -> dict[str, Any]:
    """Return the will map of an item. Raises Refused when there is no such item."""
    item = Item.objects.filter(pk=number).first()
    if item is None:
        raise Refused(f"There is no docket item {number}", todo="See tocsin docket list")
    barriers = barriers_of(item)
    standing = [b for b in barriers if b["standing"]]
    options = dict.fromkeys([*(b["option"] for b in standing if b["option"])])
    by_means: dict[str, list[dict[str, Any]]] = {name: [] for name in MEANS.values()}
    for barrier in standing:
        by_means[barrier["means"]].append(barrier)
    return {
        "item": item.pk,
        "as_of": iso(now),
        "question": item.question,
        "barriers": barriers,
        **by_means,
        "who_can_act": [_authority(option) for option in options],
        "positions": [_position(p) for p in item.positions.order_by("said_on", "id")],
    }


def ways_around(option_id: str) -> list[dict[str, Any]]:
    """Return what the catalogue proposes in place of each procedure of an option that can be blocked (M22).

    Each has ``blocked`` and ``to`` (procedures by id), ``body``, ``procedure``, ``why`` and ``basis``. Empty: none is
    known, and that is no finding that there is none.
    """
    option = library().options.get(option_id)
    known = library().procedures
    return [
        {
            "blocked": way.blocked,
            "to": way.to,
            "body": known[way.to].body,
            "procedure": known[way.to].procedure,
            "why": way.why,
            "basis": way.basis_label,
        }
        for way in links().around
        if option is not None and way.blocked in option.procedures
    ]


def in_words(way: dict[str, Any]) -> str:
    """Return a way around as it can be written down: by which procedure, and why."""
    return f"{way['to']}, {way['body']}: {way['procedure']}. {way['why']}"


def shares() -> dict[str, Any]:
    """Return how many barriers were recorded by month and type, and each type's share of its month (M22)."""
    months: dict[str, Counter[str]] = {}
    for barrier in Barrier.objects.filter(lifted=False).order_by("at"):
        months.setdefault(f"{barrier.at:%Y-%m}", Counter())[barrier.type] += 1
    kinds = Counter(Barrier.objects.filter(lifted=False).values_list("sphere", flat=True))
    return {
        "months": [
            {
                "month": month,
                "n": sum(counts.values()),
                **{t: counts[t] for t in Barrier.Type.values},
                **{f"{t}_pct": round(100 * counts[t] / sum(counts.values())) for t in Barrier.Type.values},
            }
            for month, counts in months.items()
        ],
        "kinds": {k: kinds[k] for k in Barrier.Sphere.values},
    }


def labels_of(place_id: str) -> list[dict[str, Any]]:
    """Return the label history of a place, oldest document first. Each row is what somebody else said."""
    known = labels()
    return [
        {
            "id": row.pk,
            "label": row.term,
            "name": known[row.term].name if row.term in known else row.term,
            "use": row.use,
            "by": row.actor,
            "said_on": row.said_on.isoformat(),
            "document": row.document,
            "words": row.words or None,
            "opened": [e for e in row.effects if e["does"] == "opened"],
            "closed": [e for e in row.effects if e["does"] == "closed"],
            "recorded_by": row.post,
            "recorded_at": iso(row.at),
            "ledger_seq": row.ledger_seq,
        }
        for row in Label.objects.filter(place_id=place_id).order_by("said_on", "id")
    ]


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Return a label history as CSV, a row a label."""
    file = io.StringIO()
    columns = ("said_on", "by", "use", "label", "words", "document", "opened", "closed", "recorded_by", "ledger_seq")
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        effects = {k: "; ".join(f"{e['kind']}: {e['what']}" for e in row[k]) for k in ("opened", "closed")}
        writer.writerow({k: in_cell(v) for k, v in {**row, **effects}.items()})
    return file.getvalue()


def _barrier(row: Barrier, *, standing: bool) -> dict[str, Any]:
    return {
        "id": row.pk,
        "option": row.option_id or None,
        "commitment": row.commitment_id,
        "type": row.type,
        "means": MEANS[row.type],
        "kind": row.sphere,
        "by": row.actor,
        "why": row.why,
        "evidence": row.evidence,
        "workaround": row.workaround,
        "recorded_by": row.post,
        "at": iso(row.at),
        "lifted": row.lifted,
        "supersedes": row.supersedes_id,
        "standing": standing,
        "ledger_seq": row.ledger_seq,
    }


def _authority(option_id: str) -> dict[str, Any]:
    option = library().options.get(option_id)
    if option is None:
        return {"option": option_id, "name": None, "actors": [], "procedures": [], "basis": None, "ways_around": []}
    return {
        "option": option_id,
        "name": option.name,
        "actors": list(option.actors_with_authority),
        "procedures": [
            {
                "id": p.id,
                "body": p.body,
                "procedure": p.procedure,
                "initiator": p.initiator,
                "can_be_blocked": p.can_be_blocked,
                "veto_or_block": p.veto_or_block,
                "basis": p.basis,
            }
            for p in (library().procedures[i] for i in option.procedures if i in library().procedures)
        ],
        "basis": option.basis_label,
        "ways_around": ways_around(option_id),
    }


def _position(row: Position) -> dict[str, Any]:
    return {
        "by": row.actor,
        "stance": row.stance,
        "statement": row.statement,
        "source": row.source,
        "said_on": row.said_on.isoformat(),
        "option": row.option_id or None,
        "recorded_by": row.post,
        "ledger_seq": row.ledger_seq,
    }
