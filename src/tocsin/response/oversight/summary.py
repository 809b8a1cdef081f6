"""A summary of one situation in non-attribution mode: what was said, not by whom; dissent kept; nobody bound (M82).

Names stand in it only when everybody who would be named has consented, each by their own act: one name left out of a
list names that person. The words of the record are repeated without the names of people who have an account here. Names
of others inside free text cannot be known by a program, and the summary says so.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.oversight.entries import Record
from tocsin.response.oversight.judgements import judgements
from tocsin.response.oversight.models import Consent
from tocsin.response.oversight.story import Act, Story, stories
from tocsin.response.register.models import Person
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

BOUND = "Nobody has approved this summary and nobody is bound by it."
NO_DISSENT = "No dissent is on record. That is not agreement: nobody was asked to agree."
READ_FIRST = "Names of people without an account cannot be recognised in free text: read it before you publish it."
NAME = "[name withheld]"


def consent(ctx: Context, actor: Actor, place_id: str) -> Consent:
    """Record that a signed-in person agrees to be named in summaries of a place. Nobody can for somebody else."""
    person = _self(actor)
    with transaction.atomic():
        known = Consent.objects.filter(place_id=place_id, person=person, withdrawn_at=None).first()
        if known is not None:
            return known
        entry = enter(ctx, kind="consent.given", body={"place_id": place_id, "by": actor.body()})
        return Consent.objects.create(place_id=place_id, person=person, given_at=ctx.now(), ledger_seq=entry.seq)


def withdraw(ctx: Context, actor: Actor, place_id: str) -> None:
    """Withdraw it: from now on no summary names anybody there. Raises Refused when none was given."""
    person = _self(actor)
    with transaction.atomic():
        row = Consent.objects.select_for_update().filter(place_id=place_id, person=person, withdrawn_at=None).first()
        if row is None:
            raise Refused("You have not agreed to be named there", todo="There is nothing to withdraw")
        row.withdrawn_at = ctx.now()
        row.save()
        enter(ctx, kind="consent.withdrawn", body={"place_id": place_id, "by": actor.body()})


def _self(actor: Actor) -> Person:
    may(actor, "read").enforce()
    if actor.via != "desk" or actor.person is None:
        raise Refused("Consent is a person's own", todo="Sign in at the desk and give it there")
    return actor.person


def summary(record: Record, place_id: str, ctx: Context, *, names: bool = False, posts: bool = False) -> dict[str, Any]:
    """Return a summary of every question about a place: strands, dissent, forecasts, names as asked and consented to.

    ``posts`` tells which post said it; without it nothing tells. Raises Refused when no question was opened
    there and no forecast closed.
    """
    told = [s for s in stories(record.entries).values() if s.place_id == place_id]
    hide = _names()
    judged, forecasters = judgements(record.entries, place_id, lambda text: _hidden(text, hide))
    if not told and not judged:
        raise Refused(f"No question about {place_id} is on record", todo="See tocsin docket list")
    acts = [a for s in told for a in s.decided]
    apart = [a for s in told for a in s.dissents]
    named = sorted(forecasters.union(*(_people(a.body.get("by")) for a in [*acts, *apart])))
    dissent = [_strand(a, a.body["dissent"], hide, posts=posts) for a in acts if a.body.get("dissent")]
    dissent += [_strand(a, a.body["reasons"], hide, posts=posts) for a in apart if a.body.get("reasons")]
    agreed = set(
        Consent.objects.filter(place_id=place_id, withdrawn_at=None).values_list("person__username", flat=True)
    )
    all_agree = bool(named) and set(named) <= agreed
    return {
        "place_id": place_id,
        "as_of": iso(ctx.now()),
        "bound": BOUND,
        "read_first": READ_FIRST,
        "questions": [_counted(s) for s in told],
        "strands": [_strand(a, a.body.get("reasons"), hide, posts=posts) for a in acts if a.body.get("reasons")],
        "dissent": dissent,
        "no_dissent": "" if dissent else NO_DISSENT,
        "judgements": judged,
        "names": [str(p) for p in Person.objects.filter(username__in=named)] if names and all_agree else [],
        "names_withheld": _why(named, agreed, asked=names),
        "withheld_bodies": sum(s.withheld for s in told),
    }


def _why(named: list[str], agreed: set[str], *, asked: bool) -> str:
    if not named:
        return "No person signed: there is nobody to name."
    if not asked:
        return "Not attributed, as asked."
    missing = len(set(named) - agreed)
    if missing:
        return f"{missing} of {len(named)} have not consented, so nobody is named."
    return ""


def _counted(story: Story) -> dict[str, Any]:
    decision = story.decision
    return {
        "item": story.item,
        "level": story.level,
        "opened_on": story.opened.at.date().isoformat(),
        "decision": decision.body.get("kind") if decision else None,
        "lapses": len(story.lapses),
        "closed": story.closed is not None,
    }


def _strand(act: Act, text: Any, hide: re.Pattern[str] | None, *, posts: bool) -> dict[str, Any]:
    told = {"item_decision": act.body.get("kind"), "said": _hidden(str(text), hide)}
    return {**told, "post": act.post} if posts else told


def _hidden(text: str, hide: re.Pattern[str] | None) -> str:
    return hide.sub(NAME, text) if hide else text


def _people(value: Any) -> set[str]:
    """Return every account that signed, of one person or of a body: whatever stands under ``person`` in who acted."""
    if isinstance(value, list):
        return set().union(*(_people(part) for part in value))
    if not isinstance(value, dict):
        return set()
    own = {value["person"]} if isinstance(value.get("person"), str) else set()
    return own.union(*(_people(part) for part in value.values()))


def _names() -> re.Pattern[str] | None:
    """Return a pattern of every name of an account, whoever signed: a text may name anybody."""
    found: set[str] = set()
    for username, display in Person.objects.values_list("username", "display_name"):
        # Three letters at least: initials would take ordinary words out.
        found |= {username, display, *(part for part in display.split() if len(part) > 2)}
    words = sorted((re.escape(n) for n in found if n.strip()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None
