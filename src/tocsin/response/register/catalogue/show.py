"""Proposals as they are shown: how each stands, what it changes, what its reviewers said and what comes next."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.library import library, shipped
from tocsin.core.clock import iso
from tocsin.core.errors import Misuse
from tocsin.response.register.catalogue import content
from tocsin.response.register.catalogue.proposals import REVIEWS, found, standing
from tocsin.response.register.models import OptionProposal, OptionPublication

STATES = ("awaiting review", "accepted", "published", "rejected", "taken back")


def listing(*, state: str = "", mine: str = "") -> list[dict[str, Any]]:
    """Return proposals, the newest first, in one state or all; ``mine`` leaves those that came by one hand.

    Raises Misuse for a state there is not.
    """
    if state and state not in STATES:
        raise Misuse(f"{state!r} is no state of a proposal", todo=f"There are {', '.join(STATES)}")
    rows = OptionProposal.objects.order_by("-id").prefetch_related("reviews")
    rows = rows.filter(hand=mine) if mine else rows
    told = [_told(row) for row in rows]
    return [row for row in told if state in {"", row["state"]}]


def one(number: int) -> dict[str, Any]:
    """Return one proposal with what it changes, its reviews and what comes next. Raises Refused when there is none."""
    row = found(number)
    now = standing(row)
    return {
        **_told(row),
        "content": row.content,
        "changes": content.changes(row.content, _before(row)),
        "reviews": [
            {"post": r.post, "verdict": r.verdict, "grade": r.grade, "reasons": r.reasons, "at": iso(r.at)}
            for r in now["reviews"]
        ],
        "next": _next(now),
    }


def _before(row: OptionProposal) -> Any:
    """Return the option as it stood when the change was proposed; None for a new one."""
    if not row.option_id:
        return None
    published = OptionPublication.objects.filter(option_id=row.option_id, at__lte=row.at).exclude(proposal=row)
    last = published.order_by("version").last()
    if last is None:
        return shipped().options.get(row.option_id)
    return content.option_of(last.proposal.content, library(), row.option_id)


def _told(row: OptionProposal) -> dict[str, Any]:
    now = standing(row)
    publication = now["publication"]
    return {
        "proposal": row.pk,
        "option": publication.option_id if publication else row.option_id or None,
        "name": row.content["name"],
        "state": now["state"],
        "grade": now["grade"] or None,
        "why": row.why,
        "follows": row.follows_id,
        "credit": row.credit if row.may_credit else None,
        "brought_in": bool(row.contributor),
        "at": iso(row.at),
        "version": publication.version if publication else None,
        "ledger_seq": row.ledger_seq,
    }


def _next(now: dict[str, Any]) -> str:
    """Return what comes next, in a sentence for whoever proposed it."""
    verdicts = [r.verdict for r in now["reviews"]]
    if now["state"] == "awaiting review":
        if sorted(verdicts) == ["accept", "reject"]:
            return "The two reviewers differ: a third decides"
        missing = REVIEWS - len(verdicts)
        return f"{missing} more review{'' if missing == 1 else 's'} by another post and another hand"
    if now["state"] == "taken back":
        return f"Taken back: {now['publication'].taken_back.why}"
    return {
        "accepted": "A post with a tier publishes it",
        "published": "It is in the catalogue of this home; it can be taken back, with a reason, and never deleted",
        "rejected": "The reasons stand above; a new proposal may answer them and name this one",
    }[now["state"]]
