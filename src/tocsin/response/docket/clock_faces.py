"""The clocks of an item as people see them: name, due, state, hours left. Read from rows; nothing is moved here.

``running``: due and not out. ``stopped``: somebody answered, in time. ``met``: what it asked for was done in time.
``lapsed``: it ran out, whether or not the answer came later; then ``answered_at`` says when it did.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.core.clock import iso
from tocsin.response.docket import clocks
from tocsin.response.docket.models import Commitment, Item, Lapse, Step

Face = dict[str, Any]


def faces(item: Item, now: datetime) -> list[Face]:
    """Return delivery, decision, one clock a commitment and the review, in this order."""
    lapses = list(item.lapses.all())
    step = next(step for step in item.steps.all() if step.left_at is None)
    found = [_delivery(item, step, lapses, now), _decision(item, step, lapses, now)]
    found += [_commitment(row, lapses, now) for row in item.commitments.all()]
    if item.review_on is not None and item.state != Item.State.DEFERRED:
        found.append(_review(item, lapses, now))
    return found


def _face(name: str, due: datetime, state: str, now: datetime, **more: Any) -> Face:
    left = int((due - now).total_seconds() // 3600) if state == "running" else None
    return {"name": name, "due": iso(due), "state": state, "hours_left": left, "answered_at": None, **more}


def _delivery(item: Item, step: Step, lapses: list[Lapse], now: datetime) -> Face:
    out = any(la.clock == "delivery" and la.tier == step.tier and la.due == step.delivery_due for la in lapses)
    if out:
        state = "lapsed"
    elif step.acknowledged_at is not None or item.state not in (Item.State.OPEN, Item.State.LAPSED):
        state = "stopped"
    else:
        state = "lapsed" if step.delivery_due <= now else "running"
    answered = {"answered_at": iso(step.acknowledged_at), "answered_by": step.acknowledged_post or None}
    return _face("delivery", step.delivery_due, state, now, tier=step.tier, **answered)


def _decision(item: Item, step: Step, lapses: list[Lapse], now: datetime) -> Face:
    decisions = list(item.decisions.all())
    last = decisions[-1] if decisions else None
    final = last is not None and last.kind != "defer"
    if item.decision_lapsed or any(la.clock == "decision" and la.due == item.decision_due for la in lapses):
        state = "lapsed"
    elif final:
        state = "met"
    else:
        state = "lapsed" if item.decision_due <= now else "running"
    more: Face = {"tier": item.tier, "answered_at": iso(last.at) if final and last else None}
    if item.state == Item.State.OPEN and item.decision_lapsed:
        # Past its due an item climbs by the hours of each tier, acknowledged or not.
        more["next_rung_at"] = iso(step.delivery_due)
    return _face("decision", item.decision_due, state, now, **more)


def _commitment(row: Commitment, lapses: list[Lapse], now: datetime) -> Face:
    if any(la.clock == "commitment" and la.commitment_id == row.pk for la in lapses):
        state = "lapsed"
    elif row.done_at is not None:
        state = "met"
    elif any(c.agreed for c in row.cancellings.all()):
        state = "stopped"
    else:
        state = "lapsed" if row.due <= now else "running"
    return _face("commitment", row.due, state, now, commitment=row.pk, post=row.post, answered_at=iso(row.done_at))


def _review(item: Item, lapses: list[Lapse], now: datetime) -> Face:
    assert item.review_on is not None
    due = clocks.end_of_day(item.review_on)
    if any(la.clock == "review" and la.due == due for la in lapses):
        state = "lapsed"
    elif item.state == Item.State.CLOSED:
        state = "stopped"
    else:
        state = "lapsed" if due <= now else "running"
    return _face("review", due, state, now, on=item.review_on.isoformat())
