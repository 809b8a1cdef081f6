"""Forecasts on a place as the ledger tells them, for a summary without attribution: numbers, reasons, dissent, no name.

Read from entries alone, so that whoever holds an export reckons the same. Only what was entered openly at a question's
close is told. A pool of fewer than three is left out: with two, each would know the other's number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tocsin.core.pool import FEW, logit, pool
from tocsin.response.oversight.entries import Entry
from tocsin.response.register.forecasts.seen import FAR

FEW_PEOPLE = "Fewer than three gave a number, so none is told: each would know the other's."
AGREED = "Nobody stands apart in the numbers. That is not agreement: each was asked alone."


def judgements(
    entries: Iterable[Entry], place_id: str, hidden: Callable[[str], str]
) -> tuple[list[dict[str, Any]], set[str]]:
    """Return the closed questions of a place as a summary tells them, and every account that gave a number to one.

    ``hidden`` takes names out of a text. Each question: ``statement, horizon, came, people, voices`` (lowest first,
    each ``p, why, dissent``), ``low, high, pool, said``, and ``dissent`` in words: who stands apart, or that nobody
    does.
    """
    asked: dict[int, dict[str, Any]] = {}
    given: dict[int, tuple[str, str | None]] = {}
    shown: dict[int, list[dict[str, Any]]] = {}
    came: dict[int, str] = {}
    order: list[int] = []
    for entry in entries:
        body = entry.body or {}
        if entry.kind == "forecast.asked" and body.get("place_id") == place_id:
            asked[entry.seq] = body
            order.append(entry.seq)
        elif entry.kind == "forecast.sealed":
            by = body.get("by") or {}
            given[entry.seq] = (str(by.get("person") or by.get("os_user") or entry.seq), by.get("person"))
        elif entry.kind == "forecast.shown" and isinstance(body.get("asked_at_entry"), int):
            shown[body["asked_at_entry"]] = list(body.get("forecasts") or [])
        elif entry.kind == "forecast.ended" and isinstance(body.get("asked_at_entry"), int):
            came[body["asked_at_entry"]] = str(body.get("came"))
    named: set[str] = set()
    told = []
    for seq in order:
        if seq not in shown or came.get(seq) == "withdrawn":
            continue
        last = {given.get(row["sealed_at"], (str(row["sealed_at"]), None))[0]: row for row in shown[seq]}
        people = {given[row["sealed_at"]][1] for row in shown[seq] if row["sealed_at"] in given}
        named |= {who for who in people if who}
        told.append(_told(asked[seq], list(last.values()), came.get(seq), hidden))
    return told, named


def _told(
    asked: dict[str, Any], last: list[dict[str, Any]], came: str | None, hidden: Callable[[str], str]
) -> dict[str, Any]:
    base = asked.get("base_rate")
    head = {
        "statement": hidden(str(asked.get("statement", ""))),
        "horizon": asked.get("horizon"),
        "came": came,
        "people": len(last),
    }
    if len(last) < FEW:
        return {**head, "voices": [], "low": None, "high": None, "pool": None, "said": FEW_PEOPLE, "dissent": ""}
    rows = sorted(last, key=lambda row: float(row["p"]))
    found = pool([float(row["p"]) for row in rows], base=float(base) if base else None)
    assert found.plain is not None, "three numbers or more"
    middle = logit(found.plain)
    voices = [
        {
            "p": float(row["p"]),
            "why": hidden(str(row.get("why") or "")),
            "dissent": abs(logit(float(row["p"])) - middle) > FAR,
        }
        for row in rows
    ]
    apart = sum(v["dissent"] for v in voices)
    return {
        **head,
        "voices": voices,
        "low": found.low,
        "high": found.high,
        "pool": found.p,
        "said": f"{found.said} Everybody weighs the same here.",
        "dissent": f"{apart} of {len(voices)} stand apart from the mean." if apart else AGREED,
    }
