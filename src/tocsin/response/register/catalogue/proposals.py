"""Acts on proposals: propose, review, publish, take back. Each is a row and one ledger entry in one transaction.

Two reviews of the same verdict settle a proposal; when the first two differ, a third decides. What is published is
graded by its reviewers: where two who accept it grade it differently, the weaker grade stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction

from tocsin.catalog.extras import HOME_LETTER
from tocsin.catalog.library import library
from tocsin.catalog.rows import STRENGTH
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register import mandate
from tocsin.response.register.catalogue import content as fields
from tocsin.response.register.catalogue.following import agree
from tocsin.response.register.catalogue.rules import may_keep, may_review
from tocsin.response.register.models import OptionProposal, OptionPublication, OptionReview, OptionTakenBack, Person
from tocsin.response.register.people import Actor, hand

REVIEWS = 2
"""How many of one verdict settle a proposal."""
UNNAMED = "a contributor who is not named"


def propose(
    ctx: Context,
    given: Mapping[str, Any],
    *,
    why: str,
    actor: Actor | None = None,
    person: Person | None = None,
    option_id: str = "",
    follows: int | None = None,
    contributor: str = "",
    credit: str = "",
    may_credit: bool = False,
) -> OptionProposal:
    """Propose an option, or a change to ``option_id``. Anybody with an account may; a post is not needed.

    ``actor`` acts under a post or by command line; without one, ``person`` is who is signed in. ``contributor`` says
    on whose behalf a command brings it in. ``credit`` is the name to be credited, shown only with ``may_credit``.
    Raises Misuse with the first fault of a field, Refused when the reason says nothing or nothing would change.
    """
    from tocsin.response.register.record import enter

    who = _proposer(actor, person)
    why, content = said(why, SHORT), fields.cleaned(given)
    whole = library()
    before = whole.options.get(option_id) if option_id else None
    if option_id and before is None:
        raise Misuse(f"There is no option {option_id!r} to change", todo="Leave it out to propose a new one")
    fields.option_of(content, whole, option_id)
    if not substantial(why):
        raise Refused("The reason says too little", todo="Say in three words at least why the catalogue needs it")
    if before is not None and not fields.changes(content, before):
        raise Refused(f"Nothing in {option_id} would change", todo="Change a field")
    credit = " ".join(said(credit, 200).split())
    if may_credit and not credit:
        raise Misuse("There is consent to be named and no name", todo="Give the name to be credited")
    with transaction.atomic():
        earlier = None
        if follows is not None:
            earlier = found(follows)
            if standing(earlier)["state"] != "rejected":
                raise Refused(f"Proposal {follows} was not rejected", todo="Propose anew without naming it")
        body = {"option": option_id or None, "content": content, "why": why, "follows": follows}
        entry = enter(ctx, kind="option.proposed", body={**body, "named": may_credit, "by": who})
        return OptionProposal.objects.create(
            option_id=option_id,
            content=content,
            why=why,
            follows=earlier,
            person=person if actor is None else actor.person,
            post=actor.post if actor else "",
            hand=_hand(actor, person),
            contributor=" ".join(said(contributor, 200).split()),
            credit=credit,
            may_credit=may_credit,
            at=ctx.now(),
            ledger_seq=entry.seq,
        )


def _proposer(actor: Actor | None, person: Person | None) -> dict[str, object]:
    if actor is not None:
        return actor.body()
    if person is None or not person.is_active:
        raise Refused("A proposal comes from somebody with an account", todo="Sign in, or ask the operator for one")
    return {**Actor(post="", person=person, via="desk").body(), "post": None}


def _hand(actor: Actor | None, person: Person | None) -> str:
    if actor is not None:
        return hand(actor.person, actor.os_user)
    return hand(person, "")


def found(number: int) -> OptionProposal:
    """Return a proposal. Raises Refused when there is none of this number."""
    row = OptionProposal.objects.filter(pk=number).first()
    if row is None:
        raise Refused(f"There is no proposal {number}", todo="See tocsin options proposals")
    return row


def standing(row: OptionProposal) -> dict[str, Any]:
    """Return how a proposal stands: its state, reviews, grade and publication.

    ``state`` is awaiting review, accepted, rejected, published or taken back. ``grade`` is that of its reviewers so
    far, the weaker where they differ; empty while nobody has accepted it.
    """
    reviews = list(row.reviews.all())
    accepted = [r for r in reviews if r.verdict == "accept"]
    rejected = [r for r in reviews if r.verdict == "reject"]
    publication = OptionPublication.objects.filter(proposal=row).select_related("taken_back").first()
    if publication is not None:
        state = "taken back" if hasattr(publication, "taken_back") else "published"
    elif len(accepted) >= REVIEWS:
        state = "accepted"
    else:
        state = "rejected" if len(rejected) >= REVIEWS else "awaiting review"
    grade = max((r.grade for r in accepted), key=STRENGTH.index, default="")
    return {"state": state, "reviews": reviews, "grade": grade, "publication": publication}


def review(ctx: Context, number: int, actor: Actor, *, verdict: str, reasons: str, grade: str = "") -> OptionReview:
    """Review a proposal: accept or reject, with reasons and, when accepted, a grade of its evidence.

    Raises Misuse on a verdict or grade there is not, Refused when it is settled, when the reasons say nothing or the
    actor may not (``rules.may_review``).
    """
    from tocsin.response.register.record import enter

    if verdict not in {"accept", "reject"}:
        raise Misuse(f"{verdict!r} is no verdict", todo="Choose accept or reject")
    if verdict == "accept" and grade not in STRENGTH:
        raise Misuse(f"{grade!r} is no grade of evidence", todo=f"Choose one of {', '.join(STRENGTH)}")
    reasons = said(reasons, SHORT)
    if not substantial(reasons):
        raise Refused("The reasons say too little", todo="Say in three words at least why, and why this grade")
    with transaction.atomic():
        row = OptionProposal.objects.select_for_update().filter(pk=number).first() or found(number)
        may_review(actor, row).enforce()
        state = standing(row)["state"]
        if state != "awaiting review":
            raise Refused(f"Proposal {number} is {state}", todo="Nothing is left to review")
        if verdict == "accept":
            fields.option_of(row.content, library(), row.option_id, evidence_grade=grade)
        body = {"proposal": number, "verdict": verdict, "grade": grade or None, "reasons": reasons, "by": actor.body()}
        entry = enter(ctx, kind="option.reviewed", body=body)
        return OptionReview.objects.create(
            proposal=row,
            post=actor.post,
            person=actor.person,
            hand=hand(actor.person, actor.os_user),
            verdict=verdict,
            grade=grade if verdict == "accept" else "",
            reasons=reasons,
            at=ctx.now(),
            ledger_seq=entry.seq,
        )


def publish(ctx: Context, number: int, actor: Actor) -> OptionPublication:
    """Put an accepted proposal into the catalogue of this home, as the next version of its option.

    Raises Refused when it is not accepted, when the option was changed since it was proposed, or the actor may not.
    """
    from tocsin.response.register.record import enter

    may_keep(actor).enforce()
    with transaction.atomic():
        row = OptionProposal.objects.select_for_update().filter(pk=number).first() or found(number)
        if hand(actor.person, actor.os_user) == row.hand:
            raise Refused("Nobody publishes what came by their own hand", todo="Ask somebody else with a tier")
        now = standing(row)
        if now["state"] != "accepted":
            raise Refused(f"Proposal {number} is {now['state']}", todo=f"It needs {REVIEWS} reviews that accept it")
        option_id = row.option_id or _free_id()
        versions = OptionPublication.objects.filter(option_id=option_id)
        newer = versions.filter(at__gt=row.at, taken_back=None).first()
        if newer is not None:
            raise Refused(
                f"{option_id} was changed by proposal {newer.proposal_id} after this one was made",
                todo="Propose the change anew, on what stands now",
            )
        # What ships is version 1 of an option that a home changes.
        version = versions.count() + (2 if row.option_id and row.option_id[0] != HOME_LETTER else 1)
        option = fields.option_of(
            row.content,
            library(),
            option_id,
            evidence_grade=now["grade"],
            version=version,
            credit=row.credit if row.may_credit else UNNAMED,
            reviewed=_reviewed(now["reviews"]),
            published_on=ctx.now().date().isoformat(),
        )
        kept = option.model_dump(mode="json")
        body = {"proposal": number, "option": option_id, "version": version, "row": kept, "by": actor.body()}
        entry = enter(ctx, kind="option.published", body=body)
        made = OptionPublication.objects.create(
            proposal=row,
            option_id=option_id,
            version=version,
            row=kept,
            post=actor.post,
            at=ctx.now(),
            ledger_seq=entry.seq,
        )
        transaction.on_commit(partial(agree, ctx.settings))
    return made


def _free_id() -> str:
    """Return the next id of this home; one that was used is never used again."""
    used = OptionPublication.objects.filter(option_id__startswith=HOME_LETTER).values_list("option_id", flat=True)
    return f"{HOME_LETTER}{max((int(name[1:]) for name in used), default=0) + 1:02d}"


def _reviewed(reviews: list[OptionReview]) -> str:
    """Return who accepted it, by post, and when the last of them did."""
    posts = [mandate.title(r.post) for r in reviews if r.verdict == "accept"]
    return f"reviewed in this home by {' and '.join(posts)}, {max(r.at for r in reviews):%Y-%m-%d}"


def take_back(ctx: Context, option_id: str, actor: Actor, *, why: str) -> OptionTakenBack:
    """Take the newest version of an option of this home back; the one before it, or what ships, stands again.

    Raises Refused when this home has published none that stands, the reason says nothing, or the actor may not.
    """
    from tocsin.response.register.record import enter

    may_keep(actor).enforce()
    why = said(why, SHORT)
    if not substantial(why):
        raise Refused("The reason says too little", todo="Say in three words at least why it is taken back")
    with transaction.atomic():
        standing_now = OptionPublication.objects.select_for_update(of=("self",)).filter(
            option_id=option_id, taken_back=None
        )
        row = standing_now.order_by("version").last()
        if row is None:
            raise Refused(
                f"This home has published no {option_id or 'option'} that stands",
                todo="What ships is not taken back; propose a change to it",
            )
        body = {"option": option_id, "version": row.version, "why": why, "by": actor.body()}
        entry = enter(ctx, kind="option.withdrawn", body=body)
        made = OptionTakenBack.objects.create(
            publication=row, why=why, post=actor.post, at=ctx.now(), ledger_seq=entry.seq
        )
        transaction.on_commit(partial(agree, ctx.settings))
    return made
