"""What the later document says of each finding of the earlier one: kept, changed or dropped, statement by statement.

The difference is the one that reports are judged by on their way up (``register.reports.difference``): over all
findings of both documents at once, so that a finding split in two or moved is found again. It suggests; a person says.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket.acts.propose import who
from tocsin.response.oversight.documents.answers import finding
from tocsin.response.oversight.documents.models import Carried, Document, Finding
from tocsin.response.oversight.rules import may_keep
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter
from tocsin.response.register.reports.difference import Change, difference
from tocsin.response.register.reports.statements import statements, tokens

FATE = Carried.Fate


@dataclass(frozen=True)
class Suggested:
    """What the words alone say of an earlier finding: its fate, what it seems to have become, and each statement."""

    finding: Finding
    fate: str
    became: Finding | None
    changes: tuple[Change, ...]
    judged: bool
    """False: no lists for the language; only figures were judged for softening."""


def suggested(earlier: Document, later: Document) -> list[Suggested]:
    """Return a suggestion for each finding of the earlier document, in its order."""
    old, new = _findings(earlier), _findings(later)
    language = earlier.language or "en"
    whole = difference("\n".join(f.text for f in old), "\n".join(f.text for f in new), language)
    mine, theirs = _by_statement(old, language), _by_statement(new, language)
    of: dict[int, list[Change]] = {f.pk: [] for f in old}
    for change in whole.changes:
        if change.received is not None and change.received in mine:
            of[mine[change.received].pk].append(change)
    return [_suggest(f, of[f.pk], (new, theirs), judged=whole.judged) for f in old]


def _suggest(
    row: Finding, changes: list[Change], later: tuple[list[Finding], dict[str, Finding]], *, judged: bool
) -> Suggested:
    new, theirs = later
    # A statement that was kept inside a longer one has no partner of its own, and stands in a finding all the same.
    partners = Counter(
        theirs[c.sent].number
        if c.sent in theirs
        else next((f.number for f in new if _line(c.sent) in _line(f.text)), "")
        for c in changes
        if c.sent is not None
    )
    most = partners.most_common(1)[0][0] if partners else ""
    became = next((f for f in new if f.number == most), None)
    if became is None:
        return Suggested(row, FATE.DROPPED, None, tuple(changes), judged)
    same = between(row, became)
    return Suggested(row, FATE.CHANGED if _changed(same) else FATE.KEPT, became, same, judged)


def between(earlier: Finding, later: Finding) -> tuple[Change, ...]:
    """Return what became of each statement of a finding in the one it became."""
    return difference(earlier.text, later.text, earlier.document.language or "en").changes


def _changed(changes: tuple[Change, ...]) -> bool:
    return any(c.kind != "kept" for c in changes)


def carry(ctx: Context, actor: Actor, number: int, *, fate: str, became: int | None = None, why: str = "") -> Carried:
    """Say what the document after it did with a finding; said again, the newest word counts.

    Raises Misuse on an unknown fate; Refused when no document follows, when ``became`` is not of that document, when
    *kept* is not word for word or *changed* is, or when *dropped* is said without a reason.
    """
    may_keep(actor).enforce()
    if fate not in FATE.values:
        raise Misuse(f"{fate!r} is nothing a finding can become", todo=f"There are {', '.join(FATE.values)}")
    why = said(why, SHORT)
    with transaction.atomic():
        row = finding(number)
        later = Document.objects.filter(follows=row.document).first()
        if later is None:
            raise Refused(f"No document follows “{row.document.title}”", todo="Enter the fuller report first")
        to = _became(row, later, fate, became, why)
        last = row.carried.order_by("id").last()
        if last and (last.fate, last.became_id, last.why) == (fate, to.pk if to else None, why):
            raise Refused(f"That is said of {row.number} already")
        told = {"finding": row.ledger_seq, "document": later.ledger_seq, "fate": fate, "why": why}
        body = {**told, "became": to.ledger_seq if to else None, "by": actor.body()}
        entry = enter(ctx, kind="finding.carried", body=body)
        kept = {"document": later, "fate": fate, "became": to, "why": why}
        return Carried.objects.create(finding=row, at=ctx.now(), ledger_seq=entry.seq, **kept, **who(actor))


def _became(row: Finding, later: Document, fate: str, number: int | None, why: str) -> Finding | None:
    if fate == FATE.DROPPED:
        if number is not None:
            raise Refused("What was dropped became nothing", todo="Say changed, or leave out what it became")
        if not substantial(why):
            raise Refused(
                "A dropped finding is told with the reason the report gives, or that it gives none",
                todo="Say so in three different words at least",
            )
        return None
    to = later.findings.filter(pk=number).first() if number is not None else None
    if to is None:
        raise Refused(f"“{later.title}” has no such finding", todo="Say which of its findings this one became")
    changed = _changed(between(row, to))
    if changed == (fate == FATE.KEPT):
        is_ = "differs from" if changed else "says word for word the same as"
        raise Refused(f"{to.number} {is_} {row.number}", todo=f"Say {FATE.CHANGED if changed else FATE.KEPT}")
    return to


def _findings(document: Document) -> list[Finding]:
    return list(document.findings.order_by("id"))


def _line(text: str) -> str:
    return f" {' '.join(tokens(text))} "


def _by_statement(rows: list[Finding], language: str) -> dict[str, Finding]:
    """Return the finding in which each statement stands; the first, where several say the same."""
    found: dict[str, Finding] = {}
    for row in rows:
        for statement in statements(row.text, language):
            found.setdefault(statement, row)
    return found
