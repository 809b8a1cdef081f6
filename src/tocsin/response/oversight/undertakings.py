"""Acts on the register of undertakings and gaps. Each is rows and one ledger entry in one transaction."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import IntegrityError, transaction

from tocsin.catalog import directive, oversight
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket.models import Item
from tocsin.response.oversight.models import Citation, Gap, Procedure, Undertaking
from tocsin.response.oversight.rules import may_answer_for, may_keep
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

ACTS = {"item.decided", "item.reviewed", "commitment.done", "assessment.answered"} | {
    "briefing.delivered",
    "question.answered",
    "share.made",
    "gap.closed",
    "undertaking.done",
}
"""Kinds of entry that are acts somebody may hold against an undertaking; an opening or a lapse fulfils nothing."""


def raise_gap(
    ctx: Context,
    *,
    kind: str,
    what: str,
    source: str,
    owner_post: str,
    due: date,
    item: Item | None = None,
    slot: str = "",
    proposed: str = "",
) -> Gap:
    """Raise a gap and return it; an open gap of the same kind, source and words is returned as it stands.

    ``kind`` is contact, tool, law, step, procedure or capacity; ``source`` says what found it, as ``exercise:12``;
    ``slot`` and ``proposed`` say which part of the directive would close it, and how (left empty, the export drafts
    them). Raises Misuse on an unknown kind or post, Refused when the words say nothing.
    """
    if kind not in Gap.Kind.values:
        raise Misuse(f"{kind!r} is no kind of gap", todo=f"There are {', '.join(Gap.Kind.values)}")
    directive.current().post(owner_post)
    words, found_by = said(what, SHORT), " ".join(said(source, 120).split())
    if not substantial(words):
        raise Refused("A gap says what is missing, in three different words at least", todo="Write what is missing")
    if not found_by:
        raise Refused("A gap says what found it", todo="Name its source, as exercise:12")
    row = Gap(
        key=hashlib.sha256("\n".join((kind, found_by, words)).encode()).hexdigest(),
        kind=kind,
        what=words,
        source=found_by,
        owner_post=owner_post,
        due=due,
        item=item,
        slot=said(slot, 120),
        proposed=said(proposed, SHORT),
        opened_at=ctx.now(),
    )
    try:
        return _raised(ctx, row)
    except IntegrityError:  # somebody else found the same at this moment
        return Gap.objects.get(key=row.key, closed_at=None)


def _raised(ctx: Context, row: Gap) -> Gap:
    with transaction.atomic():
        known = Gap.objects.filter(key=row.key, closed_at=None).first()
        if known is not None:
            return known
        body = {
            "kind": row.kind,
            "what": row.what,
            "source": row.source,
            "owner": row.owner_post,
            "due": row.due.isoformat(),
            "slot": row.slot,
            "proposed": row.proposed,
        }
        row.ledger_seq = enter(ctx, kind="gap.raised", item=row.item_id, body=body).seq
        row.save()
        return row


def known(key: str) -> str:
    """Return the title of an undertaking of the catalogue or of the register. Raises Refused when there is none."""
    if key in oversight.undertakings():
        return oversight.undertakings()[key].title
    row = Undertaking.objects.filter(key=key).first()
    if row is None:
        raise Refused(f"There is no undertaking {key!r}", todo="See tocsin oversight undertakings")
    return row.title


def add(ctx: Context, actor: Actor, *, key: str, basis: str = "memory", **words: str) -> Undertaking:
    """Add an undertaking. ``words`` are title, issued_by, reference, made_on and principle; all are needed.

    Raises Misuse when one is not as the catalogue would have it, Refused when the key is taken.
    """
    may_keep(actor).enforce()
    wanted = {"title": 200, "issued_by": 200, "reference": 300, "made_on": 10, "principle": SHORT}
    told = {name: said(words.get(name, ""), most) for name, most in wanted.items()}
    try:
        oversight.UndertakingRow(id=key, basis=basis, who="", what="", by_when="", shown_by="", **told)
    except ValueError as error:
        fault = error.errors()[0] if hasattr(error, "errors") else {"loc": ("",), "msg": str(error)}
        raise Misuse(f"This undertaking does not hold together: {fault['loc'][0]}: {fault['msg']}") from None
    with transaction.atomic():
        if key in oversight.undertakings() or Undertaking.objects.filter(key=key).exists():
            raise Refused(f"There is an undertaking {key!r} already", todo="Give it another key")
        entry = enter(
            ctx, kind="undertaking.added", body={**told, "undertaking": key, "basis": basis, "by": actor.body()}
        )
        return Undertaking.objects.create(key=key, basis=basis, added_at=ctx.now(), ledger_seq=entry.seq, **told)


def set_procedure(ctx: Context, actor: Actor, key: str, *, post: str, what: str, due: date, shown_by: str) -> Procedure:
    """Turn a principle into a step: who does what, by when, shown by what. Raises Refused when one says nothing."""
    may_keep(actor).enforce()
    known(key)
    directive.current().post(post)
    what, shown_by = said(what, SHORT), said(shown_by, SHORT)
    if not substantial(what) or not substantial(shown_by):
        raise Refused(
            "A step says what is done and what will show it, in three different words at least",
            todo="Write --what and --shown-by",
        )
    if due < ctx.now().date():
        raise Refused(f"The day {due} is past", todo="Give the step a day to come")
    with transaction.atomic():
        body = {"undertaking": key, "post": post, "what": what, "due": due.isoformat(), "shown_by": shown_by}
        entry = enter(ctx, kind="undertaking.procedure", body={**body, "by": actor.body()})
        return Procedure.objects.create(
            undertaking=key,
            post=post,
            what=what,
            due=due,
            shown_by=shown_by,
            added_at=ctx.now(),
            ledger_seq=entry.seq,
        )


def finish(ctx: Context, actor: Actor, number: int, evidence: str) -> Procedure:
    """Show that a step was done. Raises Refused without evidence, when it is shown already, or below its post."""
    evidence = said(evidence, SHORT)
    with transaction.atomic():
        row = Procedure.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no step {number}", todo="See tocsin oversight undertakings")
        may_answer_for(actor, row.post).enforce()
        if row.done_at is not None:
            raise Refused(f"Step {number} was shown to be done at {row.done_at:%Y-%m-%d}")
        if not evidence:
            raise Refused("A step is done when something shows it", todo=f"It is shown by: {row.shown_by}")
        row.done_at, row.done_post, row.evidence = ctx.now(), actor.post, evidence
        row.save()
        body = {"undertaking": row.undertaking, "step": row.ledger_seq, "what": row.what, "evidence": evidence}
        late = ctx.now().date() > row.due
        enter(ctx, kind="undertaking.done", body={**body, "late": late, "by": actor.body()})
        return row


def cite(ctx: Context, actor: Actor, key: str, act_seq: int, why: str) -> Citation:
    """Hold an act of the ledger against an undertaking: it fulfils it, or part of it, and why.

    Raises Refused when the entry is no act, when it is cited already, or when the words say nothing.
    """
    may_keep(actor).enforce()
    known(key)
    why = said(why, SHORT)
    if not substantial(why):
        raise Refused("A citation says how the act fulfils the undertaking", todo="Write --why")
    with transaction.atomic():
        act = LedgerEntry.objects.filter(seq=act_seq).first()
        if act is None or act.kind not in ACTS:
            raise Refused(
                f"Ledger entry {act_seq} is no act that could fulfil an undertaking",
                todo="Cite a decision, a commitment done, a briefing or an answer, by its entry",
            )
        if Citation.objects.filter(undertaking=key, act_seq=act_seq).exists():
            raise Refused(f"Entry {act_seq} is cited for {key} already")
        body = {"undertaking": key, "act": act_seq, "why": why, "by": actor.body()}
        entry = enter(ctx, kind="undertaking.cited", item=act.item, body=body)
        return Citation.objects.create(
            undertaking=key,
            act_seq=act_seq,
            item_id=act.item,
            why=why,
            post=actor.post,
            at=ctx.now(),
            ledger_seq=entry.seq,
        )
