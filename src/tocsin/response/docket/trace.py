"""From a source row to the decision and back (M27): every link named, every missing one said."""

from __future__ import annotations

from typing import Any

from tocsin.core.clock import iso
from tocsin.response.docket.models import Decision, Item, Warning
from tocsin.response.register.assessments import tables
from tocsin.response.register.models import Answer, LedgerEntry


def of_item(item: Item) -> dict[str, Any]:
    """Return the chain of an item: warnings with their source rows, decisions with what they cite, what followed.

    ``broken`` lists in words every link that does not resolve; empty means the chain is whole both ways.
    """
    links = list(item.itemwarning_set.select_related("warning").order_by("id"))
    decisions = list(item.decisions.order_by("id"))
    answers = _answers(decisions)
    known = {link.warning.warning_id for link in links} | set(answers)
    entered = set(LedgerEntry.objects.filter(item=item.pk).values_list("seq", flat=True))
    broken = [
        f"decision {d.pk} cites {cite}, which is not on the item"
        for d in decisions
        for cite in d.cites
        if cite not in known
    ]
    broken += [
        f"warning {link.warning.warning_id} has no ledger entry" for link in links if link.ledger_seq not in entered
    ]
    broken += [f"decision {d.pk} has no ledger entry" for d in decisions if d.ledger_seq not in entered]
    broken += [
        f"round {one['round']} on {one['place_id']} has no ledger entry"
        for one in tables.of_item(item.pk)
        if one["ledger_seq"] not in entered
    ]
    broken += [f"warning {link.warning.warning_id} names no source row" for link in links if not link.warning.because]
    return {
        "warnings": [
            {
                "ref": f"W{n}",
                "warning_id": link.warning.warning_id,
                "source_rows": link.warning.because,
                "run_id": link.warning.run_id or None,
                "tripwire": f"{link.warning.tripwire_id} v{link.warning.version}",
                "item": item.pk,
                "ledger_seq": link.ledger_seq,
                "cited_by": [d.pk for d in decisions if link.warning.warning_id in d.cites],
            }
            for n, link in enumerate(links, 1)
        ],
        "assessments": list(answers.values()),
        "rounds": [
            {
                **{k: one[k] for k in ("place_id", "round", "question", "options", "revealed_at", "ledger_seq")},
                "cited_by": sorted(
                    {d for a in answers.values() if a["round"] == one["round"] for d in a["cited_by"]},
                ),
            }
            for one in tables.of_item(item.pk)
        ],
        "decisions": [
            {
                "id": d.pk,
                "kind": d.kind,
                "at": iso(d.at),
                "post": d.post,
                "superseded_by": next((later.pk for later in decisions if later.supersedes_id == d.pk), None),
                "cites": d.cites,
                "options": d.options_chosen,
                "commitments": [c.pk for c in d.commitments.all()],
                "ledger_seq": d.ledger_seq,
            }
            for d in decisions
        ],
        "broken": broken,
    }


def of_row(source_id: str, row: str | None = None) -> list[dict[str, Any]]:
    """Return where a source (or one row of it) led: each warning that rests on it, its item and the decisions there."""
    found = []
    for warning in Warning.objects.order_by("fired_at", "id"):
        rows = [
            b for b in warning.because if b.get("source_id") == source_id and (row is None or str(b.get("row")) == row)
        ]
        for item in warning.items.all() if rows else []:
            decided = [
                {
                    "id": d.pk,
                    "kind": d.kind,
                    "at": iso(d.at),
                    "cites_it": warning.warning_id in d.cites,
                    "ledger_seq": d.ledger_seq,
                }
                for d in item.decisions.order_by("id")
            ]
            found.append(
                {
                    "source_rows": rows,
                    "warning_id": warning.warning_id,
                    "item": item.pk,
                    "state": item.state,
                    "decisions": decided,
                }
            )
    return found


def _answers(decisions: list[Decision]) -> dict[str, dict[str, Any]]:
    """Return the assessments cited, by the id under which they are cited."""
    ids = {int(cite.partition(":")[2]) for d in decisions for cite in d.cites if cite.startswith("assessment:")}
    return {
        f"assessment:{a.pk}": {
            "id": f"assessment:{a.pk}",
            "code": a.code,
            "state": a.state,
            "evidence": a.evidence or None,
            "post": a.post,
            "at": iso(a.at),
            "round": a.sheet.round.number if a.sheet else None,
            "cited_by": [d.pk for d in decisions if f"assessment:{a.pk}" in d.cites],
        }
        for a in Answer.objects.filter(pk__in=ids).select_related("sheet__round").order_by("pk")
    }
