"""What a decision says apart from who and when, and whether the rules let it be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core import words as text
from tocsin.core.clock import iso, parse_date, parse_time
from tocsin.core.errors import Misuse, Refused
from tocsin.options import NOTHING
from tocsin.options.weights import read as read_weights
from tocsin.response.docket import cites as citing
from tocsin.response.docket import questions
from tocsin.response.docket.models import Item
from tocsin.response.docket.plain import plain

WRITTEN = ("dissent", "would_change", "waits_for", "without")
ENOUGH = f": {text.LEAST_WORDS} different words and {text.LEAST_LETTERS} letters at least"
STATES = {"act": Item.State.ACTING, "decline": Item.State.DECLINED, "defer": Item.State.DEFERRED}


@dataclass
class Choice:
    """What was put into words. ``rejected`` says of each option considered why it is not chosen; ``answers`` answers
    the question of each tripwire behind the item.
    """

    kind: str
    reasons: str
    options: Sequence[str] = ()
    rejected: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    seen: Sequence[str] = ()
    cites: Sequence[str] = ()
    dissent: str = ""
    would_change: str = ""
    waits_for: str = ""
    without: str = ""
    """Why it is decided without what is missing before a decision, such as a premortem."""
    defer_to: date | None = None
    review_on: date | None = None
    commitments: Sequence[dict[str, Any]] = field(default_factory=tuple)
    weights: Mapping[str, str] = field(default_factory=dict)
    """Weights of the order of options that were moved when it was read, by name; none: the default order."""
    after: int | None = None
    """How many decisions the page had shown: one more has been taken meanwhile, or this one was sent twice."""
    package: int | None = None
    """The version of the package that is chosen; its options and commitments are then proposed from its lines."""
    rejected_packages: Mapping[str, str] = field(default_factory=dict)
    saw: int | None = None
    """The same by number: the last decision that was read, 0 when there was none."""

    @property
    def chosen(self) -> list[str]:
        """What is chosen; declining chooses to do nothing."""
        return [NOTHING] if self.kind == "decline" else list(self.options)

    def kept(self) -> dict[str, Any]:
        """Return it as a proposal keeps it."""
        return plain(asdict(self))


def choice(kind: str, reasons: str, words: Mapping[str, Any]) -> Choice:
    """Put a choice together from what a form or a command gives. Raises Misuse when it makes no sense."""
    if kind not in STATES:
        raise Misuse(f"{kind!r} is no decision", todo="It is act, decline or defer")
    given = {k: v if k not in WRITTEN else text.said(v) for k, v in words.items() if v is not None}
    rejected = {str(o): text.said(why, text.SHORT) for o, why in dict(given.pop("rejected", {})).items()}
    said = Choice(kind=kind, reasons=text.said(reasons), rejected=rejected, **given)
    read_weights(said.weights)
    if said.kind != "act" and said.options:
        raise Misuse(f"A decision to {said.kind} chooses no options", todo="Name them as rejected, or decide to act")
    if said.kind != "defer" and said.defer_to is not None:
        raise Misuse(f"A decision to {said.kind} has no day it is deferred to")
    return said


def from_kept(words: Mapping[str, Any]) -> Choice:
    """Return the choice that a proposal kept."""
    given = dict(words)
    for name in ("defer_to", "review_on"):
        given[name] = parse_date(given[name]) if given[name] else None
    given["commitments"] = [{**c, "due": _moment(c["due"])} if c.get("due") else c for c in given["commitments"]]
    return Choice(**given)


def _moment(said: str) -> date | datetime:
    return parse_time(said) if "T" in said else parse_date(said)


def check_read(item: Item, said: Choice) -> None:
    """Refuse to supersede a decision that was not there when the form was opened."""
    before = list(item.decisions.order_by("id"))
    last = before[-1].pk if before else 0
    if said.saw is not None and said.saw > last:
        raise Misuse(f"Item {item.pk} has no decision {said.saw}", todo=f"See tocsin docket show {item.pk}")
    later = said.after is not None and len(before) > said.after
    if later or (said.saw is not None and said.saw < last):
        raise Refused(
            f"Item {item.pk} was decided while this form was open: {before[-1].kind}, by {before[-1].post}",
            where=f"at {iso(before[-1].at)}",
            todo="Read that decision; sign again only to supersede it",
        )


def check_words(item: Item, said: Choice) -> None:
    """Refuse reasons that say nothing: too few words, or words that only name what they rest on."""
    if not said.reasons:
        raise Refused("A decision needs reasons", todo="Write what it rests on")
    if not text.substantial(citing.without_ids(item, said.reasons)):
        raise Refused(f"These reasons say too little{ENOUGH}", todo="Write why, and what it rests on")
    if said.kind == "decline" and not text.substantial(said.would_change):
        raise Refused(
            f"What would change the decision is not said{ENOUGH}",
            todo="Write what you would have to see: --would-change TEXT",
        )


def check(item: Item, post: str, said: Choice, today: date) -> None:
    """Refuse what the directive does not allow."""
    rules = directive.version(item.directive_version)
    if said.kind == "defer":
        _check_deferral(item, post, said, today)
    if said.review_on is None:
        raise Refused("A decision says when it is looked at again", todo="Write --review DATE")
    if said.review_on < today:
        raise Refused(f"The review date {said.review_on} is past", todo=f"Choose {today} or later")
    last = today + timedelta(days=rules.decisions.review_cap_days)
    if said.review_on > last:
        raise Refused(
            f"The review date {said.review_on} is further off than the directive allows",
            todo=f"Choose {last} or earlier",
        )


def check_weighed(item: Item, said: Choice) -> dict[str, str]:
    """Refuse a choice that was between nothing; return the answers to the questions of the item's tripwires.

    Acting and declining each name at least one option that was considered and not chosen, with why not in a line.
    A deferral chooses nothing yet: it says what it waits for.
    """
    for option_id, why in said.rejected.items():
        if option_id != NOTHING and option_id not in library().options:
            raise Refused(
                f"There is no option {option_id!r} in the catalogue",
                todo=f"tocsin options match --item {item.pk} lists them",
            )
        if option_id in said.chosen:
            raise Refused(f"{option_id} cannot be both chosen and rejected", todo="Choose it or reject it")
        if not text.substantial(why):
            raise Refused(
                f"Why {option_id} is not chosen is not said{ENOUGH}", todo=f'Write --reject "{option_id}: WHY NOT"'
            )
    if said.kind == "defer":
        return {}
    # The catalogue matches options to places: about a source that fell silent there is nothing in it to reject.
    if not said.rejected and not said.rejected_packages and not (said.kind == "decline" and not item.place_id):
        others = "an option" if said.kind == "decline" else f"an option, or {NOTHING} for doing nothing,"
        raise Refused(
            f"A decision to {said.kind} names {others} that was considered and not chosen, with why not",
            todo='Write --reject "ID: WHY NOT"',
        )
    return questions.answered(item, said.answers)


def _check_deferral(item: Item, post: str, said: Choice, today: date) -> None:
    rules = directive.version(item.directive_version)
    if item.state in (Item.State.ACTING, Item.State.DECLINED):
        raise Refused(
            f"Item {item.pk} is decided and cannot be deferred", todo="Act or decline anew, or change its review date"
        )
    if said.defer_to is None:
        raise Misuse("A deferral names its day", todo="Write --defer-to DATE")
    before = list(item.decisions.filter(kind="defer"))
    if len(before) >= rules.decisions.deferrals_before_tier_above:
        above = max([d.tier for d in before], default=item.tier) + 1
        if above > rules.top:
            raise Refused(f"Item {item.pk} was deferred by the top of the ladder already", todo="Act or decline")
        if (rules.post(post).tier or 0) < above:
            raise Refused(
                f"Item {item.pk} was deferred before: a second deferral belongs to tier {above} or higher",
                todo=f"Act, decline, or ask {rules.tier(above).owner}",
            )
    if said.defer_to <= today:
        raise Refused(f"The day {said.defer_to} is not after today", todo="Defer to a later day, or act or decline now")
    cap = rules.level(item.level).defer_cap_days
    last = today + timedelta(days=cap)
    if said.defer_to > last:
        raise Refused(
            f"A question at level {item.level} is deferred by {cap} days at most", todo=f"Choose {last} or earlier"
        )
    said.waits_for = said.waits_for.strip() or said.reasons
    said.review_on = said.review_on or said.defer_to
