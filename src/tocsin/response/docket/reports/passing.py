"""A report travels up: sent as a text of the sender's own, or held with a reason. The original always goes with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said, substantial
from tocsin.response.docket import outbox
from tocsin.response.docket.reports import letters, settling, sight
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter
from tocsin.response.register.reports import originals, path
from tocsin.response.register.reports.difference import Change, Difference, difference
from tocsin.response.register.reports.models import Hop, Report


class ReasonsMissing(Refused):
    """A text that differs from the one received, and not every change has its reason. ``changes`` are all of them."""

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        todo: str = "",
        changes: Sequence[Change] = (),
        missing: Sequence[int] = (),
    ) -> None:
        self.changes, self.missing = changes, missing
        super().__init__(what, where=where, todo=todo)


@dataclass(frozen=True)
class Passed:
    """A hop and what became of each statement on it."""

    hop: Hop
    difference: Difference


def said_of(change: Change) -> str:
    """Return a change in one line."""
    text = change.received or change.sent or ""
    return f"{change.kind} “{text[:60]}{'…' if len(text) > 60 else ''}”"


def received_text(report: Report, tier: int) -> str:
    """Return the text that a tier has before it, as plain text."""
    original = originals.read(report).text
    return said(path.arrived_text(original, list(report.hops.all()), tier), originals.MOST_BYTES)


def preview(report: Report, tier: int, text: str) -> Difference:
    """Return what became of each statement if a text were sent from a tier."""
    return difference(received_text(report, tier), said(text, originals.MOST_BYTES), report.language)


def send(
    ctx: Context,
    number: int,
    actor: Actor,
    *,
    text: str | None = None,
    to_tier: int | None = None,
    reasons: Mapping[int, str] | None = None,
) -> Passed:
    """Send a report up: ``text`` None sends what was received, word for word.

    ``reasons`` gives each change, numbered from 1 in the order of ``Difference.made``, the reason of whoever made it.
    ``to_tier`` is the next tier unless a higher one is named: past somebody who holds it, for one. Raises Refused when
    the report has not reached the sender or a reader has not read it, ReasonsMissing when a change has no reason.
    """
    sight.enforce_acting(actor)
    try:
        passed = _send(ctx, number, actor, text=text, to_tier=to_tier, reasons=reasons or {})
    except ReasonsMissing:
        # The refusal quotes what was received: whoever is shown it has opened the original.
        originals.opened(ctx, sight.found(number), actor, "chain")
        raise
    outbox.deliver_after(ctx)
    return passed


def _send(
    ctx: Context, number: int, actor: Actor, *, text: str | None, to_tier: int | None, reasons: Mapping[int, str]
) -> Passed:
    with transaction.atomic():
        report, rules, tier = _before(ctx, number, actor)
        to = to_tier if to_tier is not None else tier + 1
        if not tier < to <= rules.top:
            raise Refused(f"From tier {tier} a report goes to a tier above, at most {rules.top}, not to {to}")
        received = received_text(report, tier)
        going = received if text is None else said(text, originals.MOST_BYTES)
        if not any(c.isalnum() for c in going):
            raise Refused("The text to be sent is empty", todo="Send what you received, or hold it with a reason")
        found = difference(received, going, report.language)
        given = _reasons(found, reasons)
        hops = list(report.hops.all())
        if any(h.kind == Hop.Kind.SENT and h.from_tier == tier and h.to_tier == to and h.text == going for h in hops):
            raise Refused(f"Report {number} was sent from tier {tier} to tier {to} in these very words already")
        hop = _hop(ctx, report, actor, kind=Hop.Kind.SENT, tier=tier, to=to, text=going, reasons=given, found=found)
        told = found.figures_of()
        for post in rules.posts_of(to):
            outbox.write(ctx, None, f"report-{number}.hop-{hop.pk}", post, letters.sent(report, hop, told))
        if told["dropped"] or told["softened"]:
            for post in rules.reports.readers:
                if post != actor.post:
                    outbox.write(ctx, None, f"report-{number}.hop-{hop.pk}", post, letters.changed(report, hop, told))
    return Passed(hop, found)


def hold(ctx: Context, number: int, actor: Actor, because: str) -> Hop:
    """Hold a report at its tier with a reason: its clock stops, both readers are told and may send it past.

    Raises Refused without a reason that says something, when the report does not stand at the post's tier, or before
    both readers have read it: a hold stops the clock by which one reading goes up alone.
    """
    because = said(because)
    sight.enforce_acting(actor)
    if not substantial(because):
        raise Refused("Holding a report needs a reason", todo="Say in a few words why it goes no further")
    with transaction.atomic():
        report, rules, tier = _before(ctx, number, actor)
        stands = path.standing(report, list(report.hops.all()), list(report.readings.all()), rules)
        if stands.tier != tier:
            raise Refused(f"Report {number} stands at tier {stands.tier} and cannot be held at tier {tier}")
        if stands.held:
            raise Refused(f"Report {number} is held already", todo="Send it up, or leave it held")
        unread = set(rules.reports.readers) - set(report.readings.values_list("post", flat=True))
        if tier == 1 and unread:
            raise Refused(
                f"{', '.join(sorted(unread))} has not read report {number}: one reader alone holds nothing back",
                todo=f"Send it up, or wait: it is read by {iso(report.read_due)}",
            )
        hop = _hop(ctx, report, actor, kind=Hop.Kind.HELD, tier=tier, to=tier, reason=because)
        for post in rules.reports.readers:
            if post != actor.post:
                outbox.write(ctx, None, f"report-{number}.hop-{hop.pk}", post, letters.held(report, hop))
    outbox.deliver_after(ctx)
    return hop


def tier_of(report: Report, post_id: str) -> int:
    """Return the tier from which a post may pass a report on. Raises Refused when it has not reached the post."""
    rules = directive.version(report.directive_version)
    if post_id in rules.reports.readers:
        if not report.readings.filter(post=post_id).exists():
            raise Refused(
                f"{post_id} has not read report {report.pk}", todo=f"Read it first: tocsin reports read {report.pk}"
            )
        return 1
    tier = rules.post(post_id).tier
    reached = set(report.hops.exclude(kind=Hop.Kind.HELD).values_list("to_tier", flat=True))
    if tier is None or tier not in reached:
        raise Refused(f"Report {report.pk} has not reached the post {post_id}: only who has it passes it on")
    return tier


def _before(ctx: Context, number: int, actor: Actor) -> tuple[Report, directive.Directive, int]:
    """Return the report, locked and settled, the directive it runs under, and the actor's tier."""
    report = Report.objects.select_for_update().filter(pk=number).first() or sight.found(number)
    settling.settle(ctx, report)
    return report, directive.version(report.directive_version), tier_of(report, actor.post)


def _reasons(found: Difference, given: Mapping[int, str]) -> list[dict[str, str | None]]:
    """Return each change with its reason. Raises ReasonsMissing; Misuse for a reason that belongs to no change."""
    made = found.made
    if strange := [n for n in given if not 1 <= n <= len(made)]:
        raise Misuse(f"There is no change {strange[0]}", todo=f"There are {len(made)}, numbered from 1")
    cleaned = {n: said(text, 2000) for n, text in given.items()}
    if missing := [n for n in range(1, len(made) + 1) if not any(c.isalnum() for c in cleaned.get(n, ""))]:
        named = "; ".join(f"{n}: {said_of(made[n - 1])}" for n in missing[:5])
        more = f"; and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise ReasonsMissing(
            f"{len(missing)} of {len(made)} changes have no reason: {named}{more}",
            todo="Give each change a reason of its own (--reason N=TEXT), or send the text as you received it",
            changes=made,
            missing=missing,
        )
    return [
        {"change": c.kind, "received": c.received, "sent": c.sent, "reason": cleaned[n]} for n, c in enumerate(made, 1)
    ]


def _hop(
    ctx: Context,
    report: Report,
    actor: Actor,
    *,
    kind: str,
    tier: int,
    to: int,
    text: str = "",
    reasons: list[dict[str, str | None]] | None = None,
    reason: str = "",
    found: Difference | None = None,
) -> Hop:
    """Write a hop and its ledger entry, which has the hash of the text sent, the counts and every reason."""
    rules = directive.version(report.directive_version)
    hops = list(report.hops.all())
    arrivals = [h.at for h in hops if h.kind != Hop.Kind.HELD and h.to_tier == tier]
    arrived = arrivals[0] if arrivals else report.received_at
    due = None if kind == Hop.Kind.HELD else path.hop_due(rules, to, ctx.now())
    body = {
        "report": report.pk,
        "by": actor.body(),
        "from_tier": tier,
        "to_tier": to,
        "arrived_at": iso(arrived),
        "due": iso(due) if due else None,
        # Hashes and reasons, no text: a report may give its writer away to whoever is shown the log.
        "text_sha256": hashlib.sha256(text.encode()).hexdigest() if text else None,
        "changes": [{"change": r["change"], "reason": r["reason"]} for r in reasons or []],
        "reason": reason,
        "counts": found.figures_of() if found else None,
        "judged": found.judged if found else None,
    }
    entry = enter(ctx, kind=f"report.{kind}", body=body)
    return Hop.objects.create(
        report=report,
        kind=kind,
        from_tier=tier,
        to_tier=to,
        post=actor.post,
        person=actor.person,
        via=actor.via,
        text=text,
        reasons=reasons or [],
        reason=reason,
        arrived_at=arrived,
        at=ctx.now(),
        due=due,
        ledger_seq=entry.seq,
    )
