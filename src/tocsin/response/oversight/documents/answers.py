"""What becomes of a finding: its status moves with an entry and a link to evidence later than the document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket.acts.propose import who
from tocsin.response.docket.models import Decision
from tocsin.response.oversight import undertakings
from tocsin.response.oversight.documents import enter as entering
from tocsin.response.oversight.documents.models import Finding, FindingMove, Owed
from tocsin.response.oversight.models import Gap
from tocsin.response.oversight.rules import may_answer_for, may_keep
from tocsin.response.register.models import Activity, Answer
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

STATUS, EVIDENCE = FindingMove.Status, FindingMove.Evidence
REASONED = {STATUS.OPEN, STATUS.IN_PART, STATUS.REJECTED}
"""A move to one of these says why."""


def finding(number: int) -> Finding:
    """Return a finding by its number in the register. Raises Refused when there is none."""
    row = Finding.objects.select_for_update().select_related("document").filter(pk=number).first()
    if row is None:
        raise Refused(f"There is no finding {number}", todo="See tocsin oversight documents show DOCUMENT")
    return row


def owed(row: Finding) -> Owed | None:
    """Return who owes an answer to a finding, by the newest word; None: nobody does."""
    return row.owed.order_by("id").last()


def owe(ctx: Context, actor: Actor, number: int, *, owner: str, due: date, silence: str, why: str = "") -> Owed:
    """Say anew who owes an answer by when. Raises Refused where a later day, or another owner, has no reason."""
    may_keep(actor).enforce()
    with transaction.atomic():
        row = finding(number)
        before = owed(row)
        if before is not None:
            may_answer_for(actor, before.owner_post).enforce()
            if (before.owner_post, before.due, before.silence) == (owner, due, silence):
                raise Refused(f"That is how finding {row.number} stands already")
            if due != before.due and due < ctx.now().date():
                raise Refused(f"{due} is past", todo="Give today or a later day")
            moved = due > before.due or owner != before.owner_post or silence != before.silence
            if moved and not substantial(why):
                raise Refused(
                    "Another owner, a later day or another silence needs a reason",
                    todo="Say why, in three words at least",
                )
        return entering.owe(ctx, actor, row, entering.Debt(owner, due, silence, why))


def move(
    ctx: Context,
    actor: Actor,
    number: int,
    *,
    status: str,
    evidence_kind: str,
    evidence: str,
    evidence_on: date | None = None,
    reason: str = "",
) -> FindingMove:
    """Move the status of a finding, on evidence: a decision, undertaking, activity, assessment, gap, finding or URL.

    The day of the evidence comes from the register where that knows it; else ``evidence_on`` says it. Raises Misuse on
    an unknown status or kind; Refused below its owner, on evidence that is not there or is earlier than the document,
    or where a reason is needed and missing.
    """
    if status not in STATUS.values:
        raise Misuse(f"{status!r} is no status of a finding", todo=f"There are {', '.join(STATUS.values)}")
    if evidence_kind not in EVIDENCE.values:
        raise Misuse(f"{evidence_kind!r} is no kind of evidence", todo=f"There are {', '.join(EVIDENCE.values)}")
    reason = said(reason, SHORT)
    with transaction.atomic():
        row = finding(number)
        stands = owed(row)
        (may_answer_for(actor, stands.owner_post) if stands else may_keep(actor)).enforce()
        if status in REASONED and not substantial(reason):
            raise Refused(f"A finding is {status} for a reason", todo="Say why, in three different words at least")
        reference, day = cited(evidence_kind, evidence, evidence_on)
        if _of_itself(row, evidence_kind, reference):
            raise Refused(
                "A finding is no evidence of what became of itself, nor is its own document or the gap of its silence",
                todo="Cite what was done since",
            )
        if day < row.document.issued_on or day > ctx.now().date():
            raise Refused(
                f"Evidence of {day} shows nothing of a document of {row.document.issued_on}",
                todo="Cite evidence that is later than the document and not to come",
            )
        last = row.moves.order_by("id").last()
        if last and (last.status, last.evidence_kind, last.evidence) == (status, evidence_kind, reference):
            raise Refused(f"Finding {row.number} is {status} by this evidence already")
        told = {"status": status, "reason": reason, "evidence_kind": evidence_kind, "evidence": reference}
        body = {**told, "finding": row.ledger_seq, "evidence_on": day.isoformat(), "by": actor.body()}
        entry = enter(ctx, kind="finding.moved", body=body)
        return FindingMove.objects.create(
            finding=row, evidence_on=day, at=ctx.now(), ledger_seq=entry.seq, **told, **who(actor)
        )


def _of_itself(row: Finding, kind: str, reference: str) -> bool:
    """Tell whether evidence is of the finding's own document, or the gap that nobody's answering it opened."""
    if kind == EVIDENCE.FINDING:
        return Finding.objects.filter(pk=int(reference), document=row.document_id).exists()
    return kind == EVIDENCE.GAP and Gap.objects.filter(pk=int(reference), source=f"found:finding:{row.pk}").exists()


def cited(kind: str, evidence: str, on: date | None) -> tuple[str, date]:
    """Return evidence as it is kept, and its day. Raises Refused when it is not there, Misuse without a needed day."""
    text = said(evidence, 500)
    if kind == EVIDENCE.URL:
        return entering.address(text), _given(on)
    if kind == EVIDENCE.UNDERTAKING:
        undertakings.known(text)
        return text, _given(on)
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
    day = DAYS[kind](number) if number is not None else None
    if day is None:
        raise Refused(f"There is no {kind} {text!r}", todo="Give its number, as the register has it")
    return str(number), day


def _given(on: date | None) -> date:
    if on is None:
        raise Misuse("The day of this evidence is not known here", todo="Give its day")
    return on


def _decision(item: int) -> date | None:
    row = Decision.objects.filter(item=item).order_by("id").last()
    return row.at.date() if row else None


def _assessment(number: int) -> date | None:
    row = Answer.objects.filter(pk=number).first()
    return row.at.date() if row else None


def _gap(number: int) -> date | None:
    row = Gap.objects.filter(pk=number).first()
    return (row.closed_at or row.opened_at).date() if row else None


def _finding(number: int) -> date | None:
    row = Finding.objects.select_related("document").filter(pk=number).first()
    return row.document.issued_on if row else None


def _activity(number: int) -> date | None:
    # What is hidden from anybody is not cited where everybody reads: it answers like one that is not there.
    row = Activity.objects.filter(pk=number, restricted=False).first()
    return row.source_on if row else None


DAYS: dict[str, Callable[[int], date | None]] = {
    EVIDENCE.DECISION: _decision,
    EVIDENCE.ASSESSMENT: _assessment,
    EVIDENCE.ACTIVITY: _activity,
    EVIDENCE.GAP: _gap,
    EVIDENCE.FINDING: _finding,
}
"""How the register finds each kind of evidence by number, and the day it is of. A decision has its item's number."""
