"""The register of undertakings as it is read: each principle with its procedure, its acts, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tocsin.catalog import oversight
from tocsin.catalog.basis import basis_label
from tocsin.core.clock import iso
from tocsin.response.oversight import pledges
from tocsin.response.oversight.models import Citation, Procedure, Undertaking

STATES = ("no procedure", "overdue", "unmet", "acted on")
FOUR = ("who", "what", "by_when", "shown_by")


def register(today: date) -> list[dict[str, Any]]:
    """Return every undertaking, those of the catalogue first, with its procedure, citations and states.

    ``states`` holds each of ``STATES`` that is true: *no procedure* (nobody here is to do anything by any day, whatever
    its own text says), *overdue* (a step or a pledge is), *unmet* (no act cites it, no step is done, nothing of a
    pledge came), or else *acted on*.
    """
    steps: dict[str, list[Procedure]] = {}
    for step in Procedure.objects.order_by("due", "id"):
        steps.setdefault(step.undertaking, []).append(step)
    cited: dict[str, list[Citation]] = {}
    for citation in Citation.objects.order_by("at", "id"):
        cited.setdefault(citation.undertaking, []).append(citation)
    promised: dict[str, list[dict[str, Any]]] = {}
    for told in pledges.listing(today):
        promised.setdefault(told["undertaking"], []).append(told)
    shipped = [_shipped(row) for row in oversight.undertakings().values()]
    added = [_added(row) for row in Undertaking.objects.order_by("key")]
    return [
        {**row, **_kept(steps.get(row["key"], []), cited.get(row["key"], []), promised.get(row["key"], []), today)}
        for row in [*shipped, *added]
    ]


def without_procedure(today: date) -> list[dict[str, Any]]:
    """Return the principles nobody here was given to carry out: the gap report's own findings."""
    return [row for row in register(today) if "no procedure" in row["states"]]


def matching(rows: Iterable[dict[str, Any]], words: str = "", state: str = "") -> list[dict[str, Any]]:
    """Return the rows that hold every word in title, issuer, reference or principle, and that stand in a state."""
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if (not state or state in row["states"])
        and all(
            w in " ".join((row["title"], row["issued_by"], row["reference"], row["principle"])).casefold()
            for w in wanted
        )
    ]


def _shipped(row: oversight.UndertakingRow) -> dict[str, Any]:
    text = {name: getattr(row, name) for name in FOUR}
    return {**row.model_dump(exclude={"id", *FOUR}), "key": row.id, "from_text": text, "added_here": False}


def _added(row: Undertaking) -> dict[str, Any]:
    names = ("key", "title", "issued_by", "reference", "made_on", "principle", "basis")
    told = {name: getattr(row, name) for name in names}
    return {**told, "from_text": dict.fromkeys(FOUR, ""), "added_here": True}


def _kept(steps: list[Procedure], cited: list[Citation], promised: list[dict[str, Any]], today: date) -> dict[str, Any]:
    overdue = [s for s in steps if s.done_at is None and s.due < today]
    done = [s for s in steps if s.done_at is not None]
    states = ["no procedure"] if not steps else []
    states += ["overdue"] if overdue or any(p["state"] == pledges.OVERDUE for p in promised) else []
    came = any(p["deliveries"] for p in promised)
    states += ["unmet"] if not (cited or done or came) else ["acted on"]
    return {
        "states": states,
        "pledges": promised,
        "steps": [
            {
                "step": s.pk,
                "post": s.post,
                "what": s.what,
                "due": s.due.isoformat(),
                "shown_by": s.shown_by,
                "done_at": iso(s.done_at),
                "evidence": s.evidence,
                "overdue": s in overdue,
                "ledger_seq": s.ledger_seq,
            }
            for s in steps
        ],
        "acts": [{"act": c.act_seq, "item": c.item_id, "why": c.why, "post": c.post, "at": iso(c.at)} for c in cited],
    }


def with_basis(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their basis in words, for a reader."""
    return [{**row, "basis_said": basis_label(row["basis"])} for row in rows]
