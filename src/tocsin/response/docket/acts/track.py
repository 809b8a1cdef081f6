"""Close a track of a situation. In a surge the prevention track closes by the senior the directive names alone."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.response.docket.acts import surge
from tocsin.response.register import situations
from tocsin.response.register.models import Situation
from tocsin.response.register.people import Actor, Verdict


def close_track(ctx: Context, place_id: str, track: str, actor: Actor, *, reasons: str) -> Situation:
    """Close a track with reasons; the other stays open. Raises Misuse on an unknown place or track, else Refused."""
    return situations.close(ctx, place_id, track, reasons, actor, surge=may_in_surge(ctx, actor, track))


def may_in_surge(ctx: Context, actor: Actor, track: str) -> Verdict:
    """Judge what a surge in force says: prevention is not given up while everybody looks at the crisis."""
    if track != "prevention" or surge.standing(ctx) is None:
        return Verdict(True, "No surge stands in the way")
    senior = directive.current().upstream.tell
    if senior and actor.post == senior:
        return Verdict(True, f"{senior} is named for prevention in a surge")
    return Verdict(
        False,
        f"In a surge the prevention track is closed by {senior or 'nobody: the directive names no senior'} alone",
        f"Ask {senior}, or end the surge first" if senior else "End the surge first",
    )
