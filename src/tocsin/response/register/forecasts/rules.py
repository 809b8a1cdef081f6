"""Who may see whose record: the person, the head of their office, oversight. There is no list of the best.

A record is there to learn from. A false alarm is no fault of whoever gave it, and a list in which people are compared
would teach them to say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.catalog import directive
from tocsin.response.register.people import Actor, Verdict, hand, may

RULE = "A record of forecasts is shown to the person, to the head of their office, and to oversight"


def heads(office: str) -> list[str]:
    """Return the posts that head an office: those of it whose line manager sits outside it, or who have none."""
    rules = directive.current()
    inside = {p.id for p in rules.posts if p.office == office}
    return [p.id for p in rules.posts if p.office == office and p.line_manager not in inside and p.tier is not None]


def oversees(post: str) -> bool:
    """Tell whether a post belongs to an office of a legislature."""
    rules = directive.current()
    return rules.post(post).office in rules.legislature()


def may_see_office(actor: Actor, office: str) -> Verdict:
    """Judge whether an actor may see the record of an office: its head, or oversight."""
    held = may(actor, "read")
    if not held.allowed:
        return held
    if oversees(actor.post) or actor.post in heads(office):
        return Verdict(True, RULE)
    return Verdict(False, RULE, f"Ask {', '.join(heads(office)) or 'oversight'}")


def may_see_person(actor: Actor, whose: str, office: str) -> Verdict:
    """Judge whether an actor may see what somebody gave under an office."""
    held = may(actor, "read")
    if not held.allowed:
        return held
    if whose and hand(actor.person, actor.os_user) == whose:
        return Verdict(True, RULE)
    return may_see_office(actor, office)


def offices_seen(actors: Iterable[Actor]) -> list[str]:
    """Return the offices whose record any of these actors may see, in the order of the directive."""
    acting = list(actors)
    return [o.id for o in directive.current().offices if any(may_see_office(a, o.id).allowed for a in acting)]
