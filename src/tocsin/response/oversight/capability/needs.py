"""Needs posted from a question, a package or a gap; offers asked for; what was answered, and what was silent (M15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from tocsin.catalog import directive
from tocsin.catalog.cooperation import rules
from tocsin.catalog.geography.lookup import meant
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket import letters, outbox
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages.models import Package
from tocsin.response.oversight.capability.match import Fit, match
from tocsin.response.oversight.models import Ask, AskWord, Gap, Need
from tocsin.response.oversight.rules import may_keep
from tocsin.response.register import offers, tools
from tocsin.response.register.activities import organisations, shield
from tocsin.response.register.models import Offer
from tocsin.response.register.people import OPERATOR, Actor
from tocsin.response.register.record import enter

MOST_DAYS = 90
AFTER = {"offered": {"asked", "silent"}, "refused": {"asked", "silent", "offered"}, "accepted": {"offered"}}
AFTER["used"] = {"accepted", "used"}
"""Each word and the states after which it can be said."""


def post(  # noqa: PLR0917 - a need, as a form brings it
    ctx: Context,
    actor: Actor,
    name: str,
    what: str,
    needed_by: date,
    place: str = "",
    *,
    item: int | None = None,
    package: int | None = None,
    gap: int | None = None,
) -> Need:
    """Post a need. A sensitive capability is hidden from all but the post. Raises Misuse or Refused on what is wrong.

    ``package`` is the number of a package's row and brings its question with it.
    """
    may_keep(actor).enforce()
    kind, words = offers.capability(name), said(what, SHORT)
    if not substantial(words):
        raise Refused("A need says what for, in three different words at least", todo="Write --what")
    if needed_by < ctx.now().date():
        raise Refused(f"The day {needed_by} is past", todo="Say by which day to come it is needed")
    plan = _row(Package, package, "package")
    about = plan.item if plan is not None else _row(Item, item, "docket item")
    found = _row(Gap, gap, "gap")
    place_id = meant(place) if place.strip() else about.place_id if about is not None else ""
    row = Need(
        capability=name, what=words, needed_by=needed_by, item=about, package=plan, gap=found, place_id=place_id,
        post=actor.post, at=ctx.now(), restricted=kind.sensitive == "yes", ledger_seq=0,
    )  # fmt: skip
    row.seen_by = [actor.post] if row.restricted else []
    row.because = f"{kind.name} is best known to few" if row.restricted else ""
    told: dict[str, Any] = {"capability": name, "what": words, "place": place_id, "by": actor.body()}
    told |= {"needed_by": needed_by.isoformat(), "gap": gap, "package": package}
    with transaction.atomic():
        row.save()
        body = {"need": row.pk, "by": {"post": actor.post}} if row.restricted else {"need": row.pk} | told
        number = about.pk if about is not None and not row.restricted else None
        row.ledger_seq = enter(ctx, kind="need.posted", item=number, body=body).seq
        row.save()
    return row


def close(ctx: Context, actor: Actor, number: int, why: str) -> Need:
    """Close a need: it was met, or is none any more. Raises Refused without a word on why."""
    may_keep(actor).enforce()
    with transaction.atomic():
        row = seen(number, [actor.post], lock=True)
        words = said(why, SHORT)
        if not words:
            raise Refused("A need is closed with a word on why", todo="Write --why")
        if row.closed_at is not None:
            raise Refused(f"Need {number} is closed already")
        row.closed_at, row.closed_why = ctx.now(), words
        row.save()
        body = {"need": row.pk, "by": actor.body()} | ({} if row.restricted else {"why": words})
        enter(ctx, kind="need.closed", item=None if row.restricted else row.item_id, body=body)
        return row


def seen(number: int, posts: Iterable[str], *, lock: bool = False) -> Need:
    """Return a need that somebody under these posts may see. Raises Refused when there is none such."""
    rows = Need.objects.select_for_update(of=("self",)) if lock else Need.objects
    row = rows.filter(pk=number).first()
    if row is None or not shield.may_see(row, list(posts)):
        raise Refused(f"There is no need {number} that you may see", todo="See tocsin capabilities needs")
    return row


def open_needs(posts: Iterable[str], **of: int) -> list[Need]:
    """Return the needs that are not closed and may be seen; ``of`` an item (``item_id=12``), a package or a gap."""
    return shield.seen(Need.objects.filter(closed_at=None, **of), list(posts))


def matched(need: Need, posts: Iterable[str], today: date) -> dict[str, list[Fit]]:
    """Return the offers that fit a need and that somebody under these posts may see, by side."""
    rows = offers.standing(posts)
    return match(
        need.capability,
        need.place_id,
        need.needed_by,
        rows,
        orgs=organisations.known(),
        used=last_used(rows),
        today=today,
    )


def last_used(rows: Iterable[Offer]) -> dict[int, date]:
    """Return the last day each offer was used: by its tool's own record, or by a word on an ask, whichever is later."""
    rows = list(rows)
    words = AskWord.objects.filter(kind="used", ask__offer__in=[row.pk for row in rows])
    asked = dict(words.values("ask__offer").annotate(day=Max("used_on")).values_list("ask__offer", "day"))
    days = {row.pk: [asked.get(row.pk), row.tool.last_used_on if row.tool else None] for row in rows}
    return {number: max(d for d in pair if d) for number, pair in days.items() if any(pair)}


def ask(ctx: Context, actor: Actor, number: int, offer: int, *, words: str, days: int | None = None) -> Ask:
    """Ask for an offer, to be answered in so many days; the office that keeps touch, if it may see it, is to put it.

    It stops no clock. Raises Refused where an ask of the same stands open or the offer does not fit.
    """
    may_keep(actor).enforce()
    days = rules().answer_days if days is None else days
    if not 1 <= days <= MOST_DAYS:
        raise Misuse(f"An ask is answered in 1 to {MOST_DAYS} days, not {days}")
    text = said(words, SHORT)
    if not substantial(text):
        raise Refused("An ask says what is asked for, in three different words at least", todo="Write --words")
    with transaction.atomic():
        need, row = seen(number, [actor.post], lock=True), offers.found(actor, offer)
        if need.closed_at is not None:
            raise Refused(f"Need {number} is closed", todo="Post it anew")
        fits = [f for side in matched(need, [actor.post], ctx.now().date()).values() for f in side]
        if row.pk not in {f.offer.pk for f in fits}:
            raise Refused(f"Offer {offer} does not fit need {number}", todo=f"See tocsin capabilities match {number}")
        for one in Ask.objects.filter(need=need, offer=row).prefetch_related("said"):
            if state(one) in {"asked", "offered", "accepted"}:
                raise Refused(f"Offer {offer} is asked for already, in ask {one.pk}", todo="Record what was answered")
        due = ctx.now() + timedelta(days=days)
        made = Ask(need=need, offer=row, words=text, post=actor.post, at=ctx.now(), answer_due=due, ledger_seq=0)
        keeper = _keeper(row.contact_office)
        # Nobody is told to answer what they may not see: then whoever asks puts it to the organisation.
        made.to_post = keeper if all(shield.may_see(one, [keeper]) for one in (need, row)) else actor.post
        made.save()
        made.ledger_seq = _entered(ctx, made, "ask.made", actor, {"words": text, "answer_due": iso(due)})
        made.save()
        giver = "an organisation" if row.restricted else organisations.named(row.organisation).name
        subject = f"Ask {made.pk}: put it to {giver}, answer by {letters.until(due)}"
        hidden = row.restricted or need.restricted
        text = "What is asked is read at the desk, under Needs." if hidden else f"{text}\n\nThe need: {need.what}"
        body = f"{text}\n\nRecord the answer: tocsin capabilities answer {made.pk} offered --by POST\n"
        outbox.write(ctx, None if hidden else need.item, f"ask-{made.pk}", made.to_post, (subject, body))
        return made


def answer(
    ctx: Context, actor: Actor, number: int, kind: str, *, words: str = "", used_on: date | None = None
) -> AskWord:
    """Record a word on an ask: offered, refused, accepted, or used on a day; an answer after its day is late, and told.

    A use is recorded with the tool that the offer is, where it is one. Raises Refused where the word does not follow.
    """
    may_keep(actor).enforce()
    if kind not in AFTER:
        raise Misuse(f"{kind[:20]!r} is no word on an ask", todo=f"Say {', '.join(AFTER)}")
    with transaction.atomic():
        row = Ask.objects.select_for_update().filter(pk=number).first()
        if row is None or not shield.may_see(row.need, [actor.post]) or not shield.may_see(row.offer, [actor.post]):
            raise Refused(f"There is no ask {number} that {actor.post} may see", todo="See tocsin capabilities needs")
        if state(row) not in AFTER[kind]:
            raise Refused(f"Ask {number} is {state(row)}, and cannot be {kind} now", todo="See the ask and its answers")
        if (kind == "used") != (used_on is not None):
            raise Misuse("A use has its day, and nothing else has", todo="Write --on with used alone")
        if used_on is not None and not row.at.date() <= used_on <= ctx.now().date():
            raise Refused(f"{used_on} is to come, or before the ask", todo="Give the day it was used")
        if used_on is not None and row.offer.tool_id is not None:
            tools.used(ctx, row.offer.tool_id, used_on, actor)
        told = {"words": said(words, SHORT), "late": ctx.now() > row.answer_due and kind in {"offered", "refused"}}
        seq = _entered(ctx, row, f"ask.{kind}", actor, told | {"on": str(used_on) if used_on else None})
        return AskWord.objects.create(
            ask=row, kind=kind, words=told["words"], used_on=used_on, post=actor.post, at=ctx.now(), ledger_seq=seq
        )


def state(row: Ask) -> str:
    """Return how an ask stands: its last word, else silent once that was recorded, else asked."""
    last = max(row.said.all(), key=lambda word: word.pk, default=None)
    return last.kind if last is not None else "silent" if row.silent_at else "asked"


def note_silence(ctx: Context) -> int:
    """Record each ask that nobody answered by its day and tell the post that asked; return how many."""
    waiting = Ask.objects.filter(silent_at=None, said=None, answer_due__lte=ctx.now()).values_list("pk", flat=True)
    noted = 0
    for number in list(waiting.order_by("pk")):
        with transaction.atomic():
            row = Ask.objects.select_for_update().get(pk=number)
            if row.silent_at is not None or row.said.exists():
                continue
            row.silent_at = ctx.now()
            row.save(update_fields=["silent_at"])
            _entered(ctx, row, "ask.silent", None, {"answer_due": iso(row.answer_due)})
            subject = f"Ask {row.pk} was not answered by {letters.until(row.answer_due)}"
            text = f"Ask another: tocsin capabilities match {row.need_id}\n"
            hidden = row.need.restricted or row.offer.restricted
            outbox.write(ctx, None if hidden else row.need.item, f"ask-{row.pk}-silent", row.post, (subject, text))
            noted += 1
    return noted


def _entered(ctx: Context, row: Ask, kind: str, actor: Actor | None, told: dict[str, Any]) -> int:
    """Enter an act on an ask; where need or offer is restricted, the entry holds numbers alone."""
    hidden = row.need.restricted or row.offer.restricted
    body: dict[str, Any] = {"ask": row.pk, "need": row.need_id, "offer": row.offer_id}
    if actor is not None:
        body["by"] = {"post": actor.post} if hidden else actor.body()
    return enter(ctx, kind=kind, item=None if hidden else row.need.item_id, body=body if hidden else body | told).seq


def _keeper(office: str) -> str:
    """Return the post of an office that is told: the highest with a tier, else its first, else the operator."""
    inside = [p for p in directive.current().posts if p.office == office]
    return max(inside, key=lambda p: p.tier or 0).id if inside else OPERATOR


def _row(model: Any, number: int | None, what: str) -> Any:
    if number is None:
        return None
    found = model.objects.filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no {what} {number}", todo="Look at its number again")
    return found
