"""The file on one place: always a prevention track and a response track, each with an owner or a warning (M1)."""

from __future__ import annotations

from typing import Literal

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.register.models import Situation
from tocsin.response.register.people import Actor, Verdict, may

Track = Literal["prevention", "response"]
TRACKS: tuple[Track, ...] = ("prevention", "response")


def ensure(ctx: Context, place_id: str) -> Situation:
    """Return the situation of a place, opened with both tracks and no owner when there is none yet."""
    found, _ = Situation.objects.get_or_create(place_id=place_id, defaults={"opened_at": ctx.now()})
    return found


def tracks(place_id: str) -> list[dict[str, object]]:
    """Return both tracks of a place: name, owner post or None, open or closed, and a warning in words or None."""
    situation = Situation.objects.filter(place_id=place_id).first()
    rows: list[dict[str, object]] = []
    for track in TRACKS:
        owner = getattr(situation, f"{track}_owner", "") or None
        closed = getattr(situation, f"{track}_closed_at", None)
        warning = None
        if closed is None and owner is None:
            warning = f"Nobody owns the {track} track"
        rows.append(
            {
                "track": track,
                "owner": owner,
                "state": "closed" if closed else "open",
                "closed_at": iso(closed),
                "warning": warning,
            }
        )
    return rows


def assign(ctx: Context, place_id: str, track: str, post: str, actor: Actor) -> Situation:
    """Give a track an owner post; a closed track is open again. Raises Misuse on an unknown place, track or post."""
    from tocsin.response.register.record import enter

    _check(place_id, track)
    directive.current().post(post)
    may(actor, "own").enforce()
    with transaction.atomic():
        situation = ensure(ctx, place_id)
        setattr(situation, f"{track}_owner", post)
        setattr(situation, f"{track}_closed_at", None)
        situation.save()
        enter(
            ctx,
            kind="track.assigned",
            body={"place_id": place_id, "track": track, "owner": post, "by": actor.body()},
        )
    return situation


def close(ctx: Context, place_id: str, track: str, reasons: str, actor: Actor, *, surge: Verdict) -> Situation:
    """Close one track, with reasons; the other stays as it is. Raises Refused without reasons.

    ``surge`` is what the surge in force says of it (``docket.acts.track``): whoever closes has asked.
    """
    from tocsin.response.register.record import enter

    _check(place_id, track)
    may(actor, "close").enforce()
    surge.enforce()
    reasons = said(reasons)
    if not reasons:
        raise Refused("A track is closed with reasons", todo="Say why it needs no owner any more")
    with transaction.atomic():
        situation = ensure(ctx, place_id)
        setattr(situation, f"{track}_closed_at", ctx.now())
        situation.save()
        enter(
            ctx,
            kind="track.closed",
            body={"place_id": place_id, "track": track, "reasons": reasons, "by": actor.body()},
        )
    return situation


def _check(place_id: str, track: str) -> None:
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    if track not in TRACKS:
        raise Misuse(f"{track!r} is not a track", todo="A situation has a prevention track and a response track")
