"""What messages say. Text depends on the docket alone, never on when it is sent: the same event, the same letter."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache

from tocsin.catalog import directive
from tocsin.catalog.directive import Directive
from tocsin.catalog.geography import places
from tocsin.catalog.tripwires import all_tripwires
from tocsin.core.context import Context
from tocsin.response.docket import links
from tocsin.response.docket.models import Commitment, Item, Message
from tocsin.response.docket.models_deciding import Proposal

IN = {"DRILL": "do nothing", "EXERCISE": "answer it as you would a real one"}
"""What a marked message asks of its reader."""


def about(item: Item, rules: Directive | None = None) -> str:
    """Return what an item is about: the name of its place, the source or office that fell silent, or a tripwire.

    ``rules`` is the directive that it runs under, where the caller has read it already.
    """
    if item.place_id:
        return places()[item.place_id].name if item.place_id in places() else item.place_id
    rules = rules or directive.version(item.directive_version)
    office = next((o for o in rules.offices if o.id == item.source_id), None)
    if office is not None:
        return office.name
    return f"{'tripwire' if item.source_id in all_tripwires() else 'source'} {item.source_id}"


def _read(item: Item) -> str:
    return f"Read it: tocsin docket show {item.pk}\n"


@lru_cache(maxsize=4096)
def when(moment: datetime) -> str:
    """Return a moment as people write it: ``Thu 26 Nov 2026 14:00 UTC``."""
    return f"{moment:%a} {moment.day} {moment:%b %Y %H:%M} UTC"


def until(moment: datetime) -> str:
    """Return a due moment as people say it: a midnight (UTC) is the end of the day before it; any other as ``when``."""
    if moment.time() != time(0):
        return when(moment)
    before = moment - timedelta(days=1)
    return f"the end of {before:%a} {before.day} {before:%b %Y}"


def title(rules: Directive, post: str) -> str:
    """Return the title of a post."""
    return next((p.title for p in rules.posts if p.id == post), post)


def must_answer(item: Item, rules: Directive, tier: int, due: datetime, why: str) -> tuple[str, str]:
    """Return subject and body for the posts of a tier that an item has entered."""
    rung = rules.tier(tier)
    subject = f"Item {item.pk}, {about(item, rules)} ({item.level}): acknowledge by {when(due)}"
    body = (
        f"{item.question}\n\n"
        f"Why you: {why}.\n"
        f"Tier {tier} owes {rung.owes}.\n"
        f"Acknowledge by {when(due)}; if nobody does, it {rung.if_silent}.\n"
        f"Decide by {when(item.decision_due)}; acknowledging does not move that.\n\n"
        f"Evidence: {item.evidence_vintage}. Directive version {item.directive_version}.\n"
        f"Read it: tocsin docket show {item.pk}\n"
        f"Acknowledge it: tocsin docket ack {item.pk} --by POST\n"
    )
    return subject, body


def told_too(item: Item, rules: Directive, tier: int, due: datetime, why: str) -> tuple[str, str]:
    """Return subject and body for posts that are told of an emergency which another tier must answer."""
    subject = f"Item {item.pk}, {about(item, rules)} ({item.level}): tier {tier} answers by {when(due)}"
    body = f"{item.question}\n\nWhy you are told: {why}. Tier {tier} must acknowledge; you may prepare.\n{_read(item)}"
    return subject, body


def joined(item: Item, summary: str, level: str) -> tuple[str, str]:
    """Return subject and body for a further warning on an item."""
    subject = f"Item {item.pk}, {about(item)}: a further warning ({level})"
    return (
        subject,
        f"{summary}\n\nIt joins item {item.pk}. Decide by {when(item.decision_due)}.\n{_read(item)}",
    )


def by(post: str, duty: str) -> str:
    """Return who did something, and for which post when it was not their own."""
    return post if duty == post else f"{post}, acting for {duty}"


def acknowledged(item: Item, who: str) -> tuple[str, str]:
    """Return subject and body for those who were told and need not acknowledge any more."""
    subject = f"Item {item.pk}, {about(item)}: acknowledged by {who}"
    return subject, f"The delivery clock has stopped for everybody. Decide by {when(item.decision_due)}.\n"


def decided(item: Item, kind: str, who: str, reasons: str) -> tuple[str, str]:
    """Return subject and body for everybody who stood on the ladder."""
    subject = f"Item {item.pk}, {about(item)}: {who} decided to {kind}"
    return subject, f"{item.question}\n\nReasons:\n{reasons}\n\nRead it: tocsin docket show {item.pk}\n"


def committed(item: Item, number: int, what: str, due: datetime, shown_by: str) -> tuple[str, str]:
    """Return subject and body for the post that must carry a commitment out."""
    subject = f"Item {item.pk}, {about(item)}: you are to carry out “{what[:90]}” by {until(due)}"
    body = (
        f"{what}\n\nDue by {until(due)}. Shown by: {shown_by}\n"
        f"When done: tocsin docket done {item.pk} {number} --evidence TEXT --by POST\n"
        "If it is not done by then, the lapse is recorded and stays.\n"
    )
    return subject, body


def drill(title: str, answer_by: datetime) -> tuple[str, str]:
    """Return subject and body of a drill's call to a post; every way marks it EXERCISE besides."""
    subject = f"Can this reach the {title.lower()}? Answer by {when(answer_by)}"
    body = (
        "This is a drill of the ways by which you are reached (CAP status: Exercise). No question stands behind it.\n"
        f"Answer it once, by any way, by {when(answer_by)}: open it under Messages at the desk, or by the link below.\n"
        "If nobody answers, the gap is recorded under the post.\n"
    )
    return subject, body


def whole(ctx: Context, message: Message) -> tuple[str, str]:
    """Return subject and body as a channel carries them that only the addressee reads: with a link where one helps.

    The same message gives the same text, whenever it is sent.
    """
    address = links.address(ctx, message)
    body = (
        f"{message.body}\nAcknowledge without signing in (it decides nothing): {address}\n" if address else message.body
    )
    return message.subject, body


def least(message: Message) -> tuple[str, str]:
    """Return subject and body for a channel that others may read or hear: a number and a deadline, no place, no link.

    A link there would let whoever reads along stop a clock.
    """
    if message.answer_by is not None and message.item_id is not None:
        asked = f"item {message.item_id}, {message.level}: acknowledge by {when(message.answer_by)}"
    elif message.item_id is not None:
        asked = f"item {message.item_id}, {message.level}: a message waits"
    elif message.exercise:
        asked = f"drill, no emergency: answer by {when(message.answer_by)}" if message.answer_by else "drill"
    else:
        asked = "a message waits"
    return "Tocsin", f"Tocsin {asked}. Read it at the desk."


def overdue(item: Item, clock: str, what: str, due: datetime) -> tuple[str, str]:
    """Return subject and body for a commitment or a review that was not kept."""
    subject = f"Item {item.pk}, {about(item)}: {clock} overdue since {until(due)}"
    return (
        subject,
        f"{what}\n\nThe lapse is recorded and cannot be deleted. It can still be done.\n{_read(item)}",
    )


def proposed(item: Item, proposal: Proposal) -> tuple[str, str]:
    """Return subject and body for a member of the body that something is put to."""
    subject = f"Item {item.pk}, {about(item)}: {proposal.post} proposes to {proposal.kind}; your word by " + when(
        proposal.until
    )
    body = (
        f"{item.question}\n\nProposed: {proposal.kind}. Reasons:\n{proposal.words['reasons']}\n\n"
        f"Minutes:\n{proposal.minutes}\n\nNo clock has stopped: it lapses undecided on {when(proposal.until)}.\n"
        f"Say yes: tocsin docket assent {item.pk} --by POST\n"
        f"Say no: tocsin docket dissent {item.pk} --reasons TEXT --by POST\n"
    )
    return subject, body


def nobody_left(item: Item, post: str) -> tuple[str, str]:
    """Return subject and body for the top of the ladder when a recusal leaves nobody to answer."""
    rules = directive.version(item.directive_version)
    subject = f"Item {item.pk}, {about(item, rules)}: {title(rules, post)} is recused and nobody is left to answer"
    due = when(item.decision_due)
    return subject, f"{item.question}\n\nDecide by {due}: the lapse would be published.\n{_read(item)}"


def outcome_due(item: Item) -> tuple[str, str]:
    """Return subject and body that ask the owner of a closed item what came after."""
    subject = f"Item {item.pk}, {about(item)}: what came of it?"
    return subject, (
        f"{item.question}\n\nThe item is closed. Say what came: an onset, none, or none after action was taken; with "
        "evidence, and what is claimed to have caused it.\n"
        f"tocsin docket outcome {item.pk} --came onset|no_onset|no_onset_acted --evidence TEXT --by POST\n"
    )


def contradicts(item: Item, mine: Commitment, other: Commitment, why: str) -> tuple[str, str]:
    """Return subject and body for those who answer for one of two commitments that contradict each other."""
    subject = f"Item {item.pk}, {about(item)}: commitments {mine.pk} and {other.pk} contradict each other"
    body = (
        f"“{mine.what}” ({mine.post}, item {mine.item_id}) and “{other.what}” ({other.post}, item {other.item_id}): "
        f"{why}.\nSpeak to each other, and supersede one of the decisions or say why both stand.\n{_read(item)}"
    )
    return subject, body
