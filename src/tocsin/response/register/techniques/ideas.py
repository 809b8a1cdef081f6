"""The record of ideas: what somebody thought of, and why it was rejected, so that it can be thought of again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Any

from django.db import transaction
from django.db.models import Q

from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said, substantial
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter
from tocsin.response.register.techniques.models import Idea, IdeaWord, Technique

MOST_TITLE = 200
STATES = ("open", IdeaWord.Word.REJECTED, IdeaWord.Word.TAKEN_UP)


def add(
    ctx: Context,
    actor: Actor,
    *,
    title: str,
    what: str,
    options: Sequence[str] = (),
    place_id: str = "",
    item: int | None = None,
    technique: Technique | None = None,
) -> Idea:
    """Keep an idea. ``options`` are what it combines: two or more of the catalogue, or none for one of its own.

    Raises Misuse for an option or a place there is not; Refused when it says too little, or combines one alone.
    """
    may(actor, "assess").enforce()
    name, text = said(title, MOST_TITLE), said(what)
    combined = list(dict.fromkeys(options))
    if unknown := [one for one in combined if one not in library().options]:
        raise Misuse(f"{unknown[0][:40]!r} is no option of the catalogue", todo="See tocsin options list")
    if len(combined) == 1:
        raise Refused("One option alone is no combination", todo="Name two, or none for an idea of its own")
    if place_id and place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    if not name or not substantial(text):
        raise Refused("An idea says what would be done, and by whom", todo="Give it a title, and a sentence")
    with transaction.atomic():
        fields: dict[str, Any] = {"place_id": place_id, "item": item, "title": name, "what": text, "options": combined}
        number = technique.number if technique else None
        entry = enter(ctx, kind="idea.kept", item=item, body={**fields, "technique": number, "by": actor.body()})
        return Idea.objects.create(
            **fields, technique=technique, post=actor.post, person=actor.person, at=ctx.now(), ledger_seq=entry.seq
        )


def say(ctx: Context, actor: Actor, number: int, word: str, why: str) -> IdeaWord:
    """Say what becomes of an idea: rejected, taken up, or open again, each with why. Every word stays."""
    may(actor, "assess").enforce()
    if word not in IdeaWord.Word.values:
        raise Misuse(f"{word!r} is no word on an idea", todo=f"Write {', '.join(IdeaWord.Word.values)}")
    reason = said(why)
    if not substantial(reason):
        raise Refused("What becomes of an idea is said with why", todo="Write the reason in a sentence")
    with transaction.atomic():
        idea = Idea.objects.select_for_update().filter(pk=number).first()
        if idea is None:
            raise Refused(f"There is no idea {number}", todo="See tocsin technique ideas")
        body = {"idea": idea.ledger_seq, "word": word, "why": reason, "by": actor.body()}
        entry = enter(ctx, kind="idea.judged", item=idea.item, body=body)
        return IdeaWord.objects.create(
            idea=idea, word=word, why=reason, post=actor.post, person=actor.person, at=ctx.now(), ledger_seq=entry.seq
        )


def search(text: str = "", *, state: str = "", place_id: str = "", item: int | None = None) -> list[dict[str, Any]]:
    """Return ideas, newest first, whose title, words, options or reasons hold every word of ``text``."""
    if state and state not in STATES:
        raise Misuse(f"{state!r} is no state of an idea", todo=f"Write {', '.join(STATES)}")
    rows = Idea.objects.prefetch_related("said__person").select_related("person", "technique").order_by("-id")
    if place_id:
        rows = rows.filter(place_id=place_id)
    if item is not None:
        rows = rows.filter(item=item)
    for word in text.split()[:10]:
        named = [o.id for o in library().options.values() if word.casefold() in f"{o.id} {o.name}".casefold()]
        holds = Q(title__icontains=word) | Q(what__icontains=word) | Q(said__why__icontains=word)
        rows = rows.filter(holds | Q(pk__in=_combining(named)))
    found = [view(row) for row in rows.distinct()]
    return [row for row in found if not state or row["state"] == state]


def view(row: Idea) -> dict[str, Any]:
    """Return an idea as plain values: ``state`` is its last word, ``said`` all of them, oldest first."""
    words = sorted(row.said.all(), key=lambda w: w.pk)
    last = words[-1].word if words else ""
    return {
        "id": row.pk,
        "title": row.title,
        "what": row.what,
        "options": list(row.options),
        "place_id": row.place_id or None,
        "item": row.item,
        "technique": row.technique.number if row.technique else None,
        "state": "open" if last in ("", IdeaWord.Word.AGAIN) else last,
        "by": row.post,
        "at": iso(row.at),
        "said": [{"word": w.word, "why": w.why, "by": w.post, "at": iso(w.at)} for w in words],
        "ledger_seq": row.ledger_seq,
    }


def untried(ranked: Sequence[tuple[str, str]], together: Collection[frozenset[str]], most: int = 5) -> list[list[str]]:
    """Return pairs of options of different instruments that nobody has put together, best ranked first.

    ``ranked`` are options in order as (id, instrument); ``together`` are the pairs that were. An option is in one pair
    at most: five pairs with the same first option would be one idea.
    """
    taken: set[str] = set()
    found: list[list[str]] = []
    places_of = {option: n for n, (option, _) in enumerate(ranked)}
    every = combinations(ranked, 2)
    for (one, kind), (other, its) in sorted(every, key=lambda p: (places_of[p[0][0]] + places_of[p[1][0]], p)):
        if kind == its or {one, other} & taken or frozenset((one, other)) in together:
            continue
        taken |= {one, other}
        found.append([one, other])
        if len(found) == most:
            break
    return found


def pairs() -> set[frozenset[str]]:
    """Return every two options that some idea combines, whatever became of it."""
    kept = Idea.objects.values_list("options", flat=True)
    return {frozenset(two) for options in kept for two in combinations(sorted(options), 2)}


def _combining(options: Sequence[str]) -> list[int]:
    """Return the ideas that combine one of these options. JSON is compared here: databases differ in how they can."""
    wanted = set(options)
    return [pk for pk, given in Idea.objects.values_list("pk", "options") if wanted & set(given)] if wanted else []
