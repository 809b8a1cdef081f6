"""Judge whether reports are of one event, and take a judgement back: appended, with who, when, why and an entry.

The register knows reports by their identity alone. What follows from a judgement is worked out where the reports are:
whoever may ask both hands ``standing`` over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tocsin.catalog.geography import places
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register.models_events import EventJudgement
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

REF = re.compile(r"^[0-9a-f]{20}$")
MOST_PAIRS = 500
STEP = 1000
"""Room for the pairs of one act in the number by which judgements are ordered."""


def judge(
    ctx: Context,
    actor: Actor,
    word: str,
    pairs: Sequence[tuple[str, str]],
    *,
    why: str,
    place_id: str = "",
    seen: dict[str, Any] | None = None,
) -> EventJudgement:
    """Judge that the two reports of every pair are of one event (``same``) or are not (``apart``).

    ``seen`` is what the rule said of them. Raises Misuse for another word, a place or a reference there is not;
    Refused when no reason is given, or the same stands already.
    """
    may(actor, "assess").enforce()
    if word not in (EventJudgement.Word.SAME, EventJudgement.Word.APART):
        raise Misuse(f"{word[:20]!r} is no judgement of two reports", todo="Write same or apart")
    if place_id and place_id not in places():
        raise Misuse(f"{place_id[:20]!r} is not a place", todo="Write its three letters, as in SDN")
    asked = sorted({(min(p), max(p)) for p in pairs})
    if not asked or any(a == b or not REF.match(a) or not REF.match(b) for a, b in asked):
        raise Misuse("A judgement is on two different reports", todo="Name both as tocsin events show does")
    if len(asked) > MOST_PAIRS:
        raise Refused(f"{len(asked):,} pairs are too many for one judgement", todo=f"Keep to {MOST_PAIRS}")
    reason = said(why, SHORT)
    if not substantial(reason):
        raise Refused("A judgement is given with why", todo="Write the reason in a few words")
    with transaction.atomic():
        now = {(j["one"], j["other"]): j["word"] for j in standing()}
        if all(now.get(pair) == word for pair in asked):
            raise Refused("That is what stands already", todo="Take the judgement back if it is wrong")
        told = {
            "word": word,
            "place_id": place_id,
            "pairs": [list(p) for p in asked],
            "why": reason,
            "seen": seen or {},
        }
        entry = enter(ctx, kind="event.judged", body={**told, "by": actor.body()})
        return EventJudgement.objects.create(
            **told, post=actor.post, person=actor.person, at=ctx.now(), ledger_seq=entry.seq
        )


def take_back(ctx: Context, actor: Actor, number: int, why: str) -> EventJudgement:
    """Take a judgement back, so that what stood before it stands again. Raises Refused when there is none to."""
    may(actor, "assess").enforce()
    reason = said(why, SHORT)
    if not substantial(reason):
        raise Refused("A judgement is taken back with why", todo="Write the reason in a few words")
    with transaction.atomic():
        one = (
            EventJudgement.objects.select_for_update().filter(pk=number).exclude(word=EventJudgement.Word.BACK).first()
        )
        if one is None:
            raise Refused(f"There is no judgement {number} of events", todo="See tocsin events judged")
        if EventJudgement.objects.filter(of=one).exists():
            raise Refused(f"Judgement {number} is taken back already", todo="Judge anew if it was right")
        body = {"judgement": one.ledger_seq, "why": reason, "by": actor.body()}
        entry = enter(ctx, kind="event.judgement_taken_back", body=body)
        return EventJudgement.objects.create(
            word=EventJudgement.Word.BACK,
            place_id=one.place_id,
            why=reason,
            of=one,
            post=actor.post,
            person=actor.person,
            at=ctx.now(),
            ledger_seq=entry.seq,
        )


def standing() -> list[dict[str, Any]]:
    """Return what stands, pair by pair, oldest first: ``number, word, one, other``; a later number stands above."""
    rows = EventJudgement.objects.exclude(word=EventJudgement.Word.BACK).filter(back=None).order_by("id")
    return [
        {"number": row.pk * STEP + n, "word": row.word, "one": pair[0], "other": pair[1]}
        for row in rows
        for n, pair in enumerate(row.pairs)
    ]


def act_of(number: int) -> int:
    """Return the judgement that a number of ``standing`` is a pair of."""
    return number // STEP


def about(refs: Sequence[str], *, place_id: str = "", most: int = 50) -> list[dict[str, Any]]:
    """Return judgements on any of these reports (none given: of a place, or all), newest first, the taken back too."""
    rows = (
        EventJudgement.objects.exclude(word=EventJudgement.Word.BACK).select_related("back", "person").order_by("-id")
    )
    if place_id:
        rows = rows.filter(place_id=place_id)
    wanted = set(refs)
    found = []
    for row in rows.iterator():
        if refs and not any(wanted & set(pair) for pair in row.pairs):
            continue
        found.append(view(row))
        if len(found) == most:
            break
    return found


def view(row: EventJudgement) -> dict[str, Any]:
    """Return a judgement as plain values; ``back`` is who took it back, when and why, or None."""
    gone = getattr(row, "back", None)
    return {
        "number": row.pk,
        "word": row.word,
        "said": row.get_word_display(),
        "place_id": row.place_id,
        "pairs": row.pairs,
        "why": row.why,
        "seen": row.seen,
        "by": row.post,
        "at": iso(row.at),
        "back": {"by": gone.post, "at": iso(gone.at), "why": gone.why} if gone else None,
        "ledger_seq": row.ledger_seq,
    }
