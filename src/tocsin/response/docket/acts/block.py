"""Barriers: why an option or a commitment is blocked, by what kind of thing, on what evidence, and the way around.

*cannot* is capability, *will not* is will, *may not* is law. The type is mandatory: without it nobody can say what
would have to change. The evidence is of an office, a body or a state; no dossiers are kept on persons.
"""

from __future__ import annotations

from datetime import date

from tocsin.catalog.library import library
from tocsin.core import words as text
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket.acts.propose import who
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Commitment, Item
from tocsin.response.docket.models_deciding import Barrier, Position
from tocsin.response.docket.offices_only import no_person, office
from tocsin.response.docket.plain import plain
from tocsin.response.docket.recusals import barred
from tocsin.response.docket.will import in_words, ways_around
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter


def block(
    ctx: Context,
    number: int,
    actor: Actor,
    *,
    type: str,  # noqa: A002 - the word of the field
    sphere: str,
    by: str,
    why: str,
    evidence: str,
    workaround: str,
    option: str = "",
    commitment: int | None = None,
) -> Barrier:
    """Record that an option or a commitment of an item is blocked; what was recorded of it before is replaced, kept.

    ``type`` is cannot, will_not or may_not; ``sphere`` political, institutional or operational; ``by`` the office, body
    or state where it lies. Raises Misuse without a type or sphere, Refused without evidence or a way around.
    """
    types, spheres = Barrier.Type.values, Barrier.Sphere.values
    if type not in types:
        raise Misuse(f"{type!r} is no type of barrier", todo=f"Write --type {', '.join(types)}")
    if sphere not in spheres:
        raise Misuse(f"{sphere!r} is no kind of barrier", todo=f"Write --kind {', '.join(spheres)}")
    said = {k: text.said(v) for k, v in (("why", why), ("evidence", evidence), ("workaround", workaround))}
    with turn(ctx, number) as item:
        _may(actor, item)
        where = office(by)
        kept = _subject(item, option, commitment)
        for name, words in said.items():
            if not text.substantial(words):
                raise Refused(f"A barrier is recorded with its {name}", todo=_how(name, option))
        no_person(*said.values())
        before = _standing(item, option, kept)
        fields = {"option_id": option, "commitment": kept, "type": type, "sphere": sphere, "actor": where, **said}
        body = {**fields, "commitment": commitment, "supersedes": before.ledger_seq if before else None}
        entry = enter(ctx, kind="option.blocked", item=item.pk, body=plain({**body, "by": actor.body()}))
        return Barrier.objects.create(
            item=item, supersedes=before, at=ctx.now(), ledger_seq=entry.seq, **fields, **who(actor)
        )


def lift(ctx: Context, number: int, actor: Actor, *, barrier: int, evidence: str) -> Barrier:
    """Record that a barrier is gone, with what shows it; the barrier stays in the record. Raises Refused otherwise."""
    said = text.said(evidence)
    with turn(ctx, number) as item:
        _may(actor, item)
        before = item.barriers.filter(pk=barrier).first()
        if before is None or before.lifted or hasattr(before, "superseded_by"):
            raise Refused(f"Item {number} has no standing barrier {barrier}", todo=f"See tocsin docket will {number}")
        if not text.substantial(said):
            raise Refused("A barrier is lifted on evidence", todo="Write --evidence TEXT")
        no_person(said)
        told = {"barrier": before.ledger_seq, "evidence": said, "by": actor.body()}
        entry = enter(ctx, kind="option.unblocked", item=item.pk, body=plain(told))
        copied = {f: getattr(before, f) for f in ("option_id", "commitment", "type", "sphere", "actor", "workaround")}
        return Barrier.objects.create(
            item=item,
            supersedes=before,
            lifted=True,
            why=before.why,
            evidence=said,
            at=ctx.now(),
            ledger_seq=entry.seq,
            **copied,
            **who(actor),
        )


def position(
    ctx: Context,
    number: int,
    actor: Actor,
    *,
    by: str,
    stance: str,
    statement: str,
    source: str,
    said_on: date,
    option: str = "",
) -> Position:
    """Record what an office, body or state said in public: quoted, with where it can be read and its day.

    Raises Misuse for another stance than for, against or conditional; Refused without statement or source, or for a
    day to come.
    """
    if stance not in Position.Stance.values:
        raise Misuse(f"{stance!r} is no stance", todo=f"Write --stance {', '.join(Position.Stance.values)}")
    words, where = text.said(statement, text.SHORT), text.said(source, text.SHORT)
    with turn(ctx, number) as item:
        _may(actor, item)
        named = office(by)
        if option:
            _subject(item, option, None)
        if not text.substantial(words) or len(where) < 4:
            raise Refused("A position is quoted and cited", todo="Write --says TEXT --source TEXT")
        if said_on > ctx.now().date():
            raise Refused(f"{said_on} is still to come", todo="Give the day on which it was said")
        no_person(words, where)
        fields = {"option_id": option, "actor": named, "stance": stance, "statement": words, "source": where}
        body = {**fields, "said_on": said_on, "by": actor.body()}
        entry = enter(ctx, kind="position.recorded", item=item.pk, body=plain(body))
        return Position.objects.create(
            item=item, said_on=said_on, at=ctx.now(), ledger_seq=entry.seq, **fields, **who(actor)
        )


def _how(name: str, option: str) -> str:
    """Return what to write; for the way around, with what the catalogue proposes."""
    ways = "; ".join(in_words(way) for way in ways_around(option)) if name == "workaround" else ""
    return f"Write --{name} TEXT" + (f". The catalogue proposes: {ways}" if ways else "")


def _may(actor: Actor, item: Item) -> None:
    """Anybody signed in with a post may record what stands in the way, unless they are recused."""
    (barred(actor, item) or may(actor, "assess")).enforce()


def _subject(item: Item, option: str, commitment: int | None) -> Commitment | None:
    """Return the commitment meant, None for an option. Raises Refused unless exactly one of both is named and known."""
    if bool(option) == (commitment is not None):
        raise Refused("A barrier is of one option or one commitment", todo="Write --option ID or --commitment NUMBER")
    if option and option not in library().options:
        raise Refused(f"There is no option {option!r}", todo=f"tocsin options match --item {item.pk} lists them")
    if commitment is None:
        return None
    row = item.commitments.filter(pk=commitment).first()
    if row is None:
        raise Refused(f"Item {item.pk} has no commitment {commitment}", todo=f"See tocsin docket show {item.pk}")
    return row


def _standing(item: Item, option: str, commitment: Commitment | None) -> Barrier | None:
    """Return the barrier on the same subject that a new row replaces."""
    same = item.barriers.filter(option_id=option, commitment=commitment, superseded_by=None)
    return same.order_by("id").last()
