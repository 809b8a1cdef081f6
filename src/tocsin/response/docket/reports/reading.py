"""Two readers read a report, blind to one another. A reading is final; no reader can withdraw theirs or the other's."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.admiralty import graded
from tocsin.catalog.library import library
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.docket import outbox
from tocsin.response.docket.reports import firing, settling, sight
from tocsin.response.register.people import Actor, hand
from tocsin.response.register.record import enter
from tocsin.response.register.reports import originals
from tocsin.response.register.reports.models import Reading, Report

SEVERITIES = {
    0: "routine",
    1: "concerning",
    2: "serious violence, or an explicit threat",
    3: "mass killing under way, or a specific credible plan",
}


def give(
    ctx: Context,
    number: int,
    actor: Actor,
    *,
    factors: Iterable[str],
    severity: int | None,
    grade: str,
    note: str = "",
) -> Reading:
    """Enter a reading, and evaluate the report tripwires on the place in the same transaction.

    ``factors`` are codes of the framework (none is an answer), ``severity`` 0–3 or None when it cannot be graded,
    ``grade`` an Admiralty code. Raises Refused when the post is no reader, has read already, has the line manager of
    the other reader or is held by the same person, when the hand is the writer's own or has not opened the original;
    Misuse on a code there is not.
    """
    codes = _codes(factors)
    if severity is not None and severity not in SEVERITIES:
        raise Misuse(f"{severity} is no severity", todo="Give 0, 1, 2 or 3, or leave it out when it cannot be graded")
    grade, note = graded(grade), said(note)
    sight.enforce_acting(actor)
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(pk=number).first() or sight.found(number)
        settling.settle(ctx, report)
        manager = enforce_reader(report, actor)
        body = {
            "report": report.pk,
            "by": actor.body(),
            "line_manager": manager,
            "factors": codes,
            "severity": severity,
            "grade": grade,
            "note": note,
        }
        entry = enter(ctx, kind="report.read", body=body)
        reading = Reading.objects.create(
            report=report,
            post=actor.post,
            line_manager=manager,
            person=actor.person,
            os_user=actor.os_user,
            via=actor.via,
            at=ctx.now(),
            factors=codes,
            severity=severity,
            grade=grade,
            note=note,
            ledger_seq=entry.seq,
        )
        firing.evaluate_places(ctx, [report.place_id])
    outbox.deliver_after(ctx)
    return reading


def enforce_reader(report: Report, actor: Actor) -> str:
    """Return the line manager of a reader's post. Raises Refused when this actor may not give a reading."""
    rules = directive.current()
    post = rules.post(actor.post)
    if post.id not in rules.reports.readers:
        readers = ", ".join(rules.reports.readers)
        raise Refused(f"The {post.title.lower()} is no reader of reports", todo=f"The readers are {readers}")
    own_hand = hand(actor.person, actor.os_user)
    if sight.is_by(report, own_hand):
        # Said to the writer alone: nobody else learns from it who wrote.
        raise Refused(
            f"You wrote report {report.pk}: a reading by its writer is no reading of it",
            todo="Leave it to the other reader, or hand the post to somebody else for it",
        )
    manager = post.line_manager or ""
    for other in report.readings.all():
        if other.post == post.id:
            raise Refused(
                f"{post.id} has read report {report.pk}; a reading is final", todo="Send it up, or ring the bell"
            )
        if other.line_manager == manager:
            raise Refused(
                f"{post.id} and {other.post} have one line manager ({manager or 'none'}): "
                "one order could silence both, so this is no second reading",
                todo="The directive names two readers under two managers",
            )
        if hand(other.person, other.os_user) == own_hand:
            raise Refused(
                f"The first reading of report {report.pk} is by the same hand: one person is not two readers",
                todo="Somebody else reads it, signed in at the desk; the operator assigns posts",
            )
    if not originals.has_opened(report, actor):
        raise Refused(
            f"You have not opened the original of report {report.pk}: nobody grades what they have not read",
            todo=f"Open it first, which is logged: /reports/{report.pk} at the desk, or "
            f"tocsin reports show {report.pk} --by {post.id}",
        )
    return manager


def _codes(factors: Iterable[str]) -> list[str]:
    """Return factor codes in the framework's order. Raises Misuse, naming those there are."""
    known = library().framework.factors
    given = {code.strip().upper() for code in factors if code.strip()}
    if unknown := sorted(given - set(known)):
        raise Misuse(f"{unknown[0]!r} is no risk factor", todo=f"There are {', '.join(known)}")
    return [code for code in known if code in given]
