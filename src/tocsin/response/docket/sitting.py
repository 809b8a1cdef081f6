"""The sheet of a body: what awaits it, who sits in it, its minutes, and its action items, which are commitments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.response.docket import bodies, letters
from tocsin.response.docket.models import Commitment
from tocsin.response.register import mandate
from tocsin.response.register.people import holders


def of_body(ctx: Context, post: str) -> dict[str, Any]:
    """Return the sheet of a body, of an earlier version too: its items run on. Raises Misuse when it is no body."""
    rules, now = mandate.rules_of(post), ctx.now()
    body = rules.body(post)
    if body is None:
        known = ", ".join(p.id for p in rules.posts if p.body) or "none"
        raise Misuse(f"{post!r} is no body", todo=f"The directive has {known}")
    return {
        "body": post,
        "title": rules.post(post).title,
        "duty": rules.post(post).duty,
        "quorum": body.quorum,
        "members": [
            {"post": m.id, "title": m.title, "held_by": [p.get_username() for p in holders(m.id)]}
            for m in rules.members(post)
        ],
        "agenda": [_on_agenda(item, post, now) for item in bodies.agenda(ctx, post)],
        "actions": [
            {
                "id": c.pk,
                "item": c.item_id,
                "what": c.what,
                "post": c.post,
                "due": iso(c.due),
                "state": "done" if c.done_at else "overdue" if c.due <= now else "running",
                "evidence": c.evidence or None,
            }
            for c in Commitment.objects.filter(decision__post=post).order_by("done_at", "due", "id")
        ],
        "minutes": bodies.minutes(post),
    }


def _on_agenda(item: Any, post: str, now: datetime) -> dict[str, Any]:
    proposal = bodies.open_proposal(item, post, now)
    return {
        "id": item.pk,
        "about": letters.about(item),
        "question": item.question,
        "level": item.level,
        "state": item.state,
        "decision_due": iso(item.decision_due),
        "proposal": bodies.told(proposal, now) if proposal else None,
    }
