"""Who takes no part in an item, and who has their duty: every act of a recused person on it is refused."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import Recusal
from tocsin.response.register.people import Actor, Verdict, hand, holders


def barred(actor: Actor, item: Item) -> Verdict | None:
    """Return the refusal for somebody who is recused from an item; None when they are not.

    The hand counts, whichever post it acts under. By command line nobody can tell which holder acts: a post any holder
    of which is recused is refused there too.
    """
    me = hand(actor.person, actor.os_user)
    for row in rows(item):
        mine = row.recused_post == actor.post and (row.recused_person_id is None or actor.person is None)
        if mine or me == _recused(row):
            to = row.to_post or item.owner_post
            return Verdict(
                False,
                f"{directive.version(item.directive_version).post(row.recused_post).title} is recused from item "
                f"{item.pk} and takes no part in it",
                f"Ask {to}",
            )
    return None


def _recused(row: Recusal) -> str:
    """Return whose hand a recusal takes away; empty when somebody else recused a post and named no person."""
    own = row.post == row.recused_post and row.recused_person_id is None
    return hand(row.recused_person, row.os_user if own else "")


def hands(item: Item) -> set[str]:
    """Return the hands that take no part in an item."""
    return {_recused(row) for row in rows(item)} - {""}


def rows(item: Item) -> list[Recusal]:
    """Return the recusals of an item in order."""
    return list(item.recusals.order_by("id"))


def vacant(item: Item, post: str) -> bool:
    """Tell whether nobody is left who may act under a post on an item: the post itself, or each of its holders."""
    found = [row for row in rows(item) if row.recused_post == post]
    if any(row.recused_person_id is None for row in found):
        return True
    held = {person.pk for person in holders(post)}
    return bool(held) and held <= {row.recused_person_id for row in found}


def short(item: Item, post: str) -> bool:
    """Tell whether a post can no longer answer an item: it is vacant there, or a body with too few members left."""
    body = directive.version(item.directive_version).body(post)
    if body is None:
        return vacant(item, post)
    return vacant(item, post) or sum(not vacant(item, member) for member in body.members) < body.quorum


def heir(item: Item, post: str) -> str:
    """Return the post that has a recused post's duty on an item: ``recused_to``, a deputy; empty when none is left."""
    rules = directive.version(item.directive_version)
    for other in [rules.post(post).recused_to, *(d.id for d in rules.deputies(post))]:
        if other and not short(item, other):
            return other
    return ""


def duty(item: Item, post: str) -> str:
    """Return who has the duty of a post on an item: itself, whoever stands in, or empty when nobody is left."""
    seen: set[str] = set()
    while post in item.stand_ins and post not in seen:
        seen.add(post)
        post = item.stand_ins[post]
    return post


def stands_for(item: Item, post: str) -> list[str]:
    """Return the recused posts whose duty on an item is a post's."""
    return [of for of in item.stand_ins if of != post and duty(item, of) == post]
