"""Recuse: somebody takes no part in an item. Their duty goes to another post, or up; no decision clock moves."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.core import words as text
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import clocks, ladder, letters, outbox, recusals, silent
from tocsin.response.docket.acts.propose import who
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import Recusal
from tocsin.response.docket.plain import plain
from tocsin.response.register.models import Person
from tocsin.response.register.people import OPERATOR, Actor, holders, may
from tocsin.response.register.record import enter


def recuse(
    ctx: Context, number: int, actor: Actor, *, reasons: str, post: str = "", person: str = ""
) -> tuple[Recusal, Item]:
    """Recuse the actor, or as the operator another holder of ``post`` (by account name), from an item.

    Without ``person`` the operator recuses whoever holds the post; by command line a post recuses itself whole.
    Raises Refused without reasons, on a closed item, when the actor may not, or when it is recused already.
    """
    said = text.said(reasons, text.SHORT)
    with turn(ctx, number) as item:
        may(actor, "read").enforce()
        target = post or actor.post
        rules = directive.version(item.directive_version)
        rules.post(target)
        whom = _whom(actor, target, person)
        if item.state == Item.State.CLOSED:
            raise Refused(f"Item {number} is closed", todo="Nothing is left to take part in")
        if not text.substantial(said):
            raise Refused("A recusal says why", todo="Write --reasons")
        for row in recusals.rows(item):
            if row.recused_post == target and row.recused_person_id in (None, whom.pk if whom else None):
                raise Refused(f"{target} is recused from item {number} already")
        before = dict(item.stand_ins)
        fields = {"recused_post": target, "recused_person": whom, "reasons": said}
        heir = _heir(item, fields)
        body = {
            "post": target,
            "person": whom.get_username() if whom else None,
            "to": heir or None,
            "reasons": said,
            "by": actor.body(),
        }
        entry = enter(ctx, kind="item.recused", item=item.pk, body=plain(body))
        row = Recusal.objects.create(
            item=item, to_post=heir, at=ctx.now(), ledger_seq=entry.seq, **fields, **who(actor)
        )
        _pass_on(ctx, item, target, before)
        return row, item


def _whom(actor: Actor, target: str, person: str) -> Person | None:
    """Return the person recused, None for whoever holds the post. Raises Refused when the actor may not."""
    if actor.post not in {target, OPERATOR}:
        raise Refused(
            f"{actor.post} cannot recuse {target}", todo="A person recuses themself; the operator anybody, with reasons"
        )
    if not person:
        return actor.person if target == actor.post else None
    held = {p.get_username(): p for p in holders(target)}
    if person not in held:
        raise Refused(
            f"{person!r} does not hold the post {target}", todo=f"It is held by {', '.join(held) or 'nobody'}"
        )
    if actor.post != OPERATOR and (actor.person is None or actor.person.get_username() != person):
        raise Refused(f"{actor.post} cannot recuse {person}", todo="Ask the operator")
    return held[person]


def _heir(item: Item, fields: dict[str, object]) -> str:
    """Return who will have the duty; empty while somebody else still holds the post, or when nobody is left."""
    whom, target = fields["recused_person"], str(fields["recused_post"])
    already = {r.recused_person_id for r in recusals.rows(item) if r.recused_post == target}
    left = {p.pk for p in holders(target)} - already - ({whom.pk} if isinstance(whom, Person) else set())
    return "" if whom is not None and left else recusals.heir(item, target)


def _pass_on(ctx: Context, item: Item, target: str, before: dict[str, str]) -> None:
    """Give the duty on: of the post itself, and of every body that has too few members left."""
    rules = directive.version(item.directive_version)
    stands = dict(before)
    sits = [p.id for p in rules.posts if p.body is not None and target in p.body.members]
    for post in [target, *sits]:
        if recusals.short(item, post):
            stands[post] = recusals.heir(item, post)
    item.stand_ins = stands
    item.save(update_fields=["stand_ins"])
    owner = rules.tier(item.tier).owner
    for post in stands:
        if post in before or post not in (item.owner_post, owner):
            continue
        if item.state in (Item.State.OPEN, Item.State.LAPSED):
            _enter(ctx, item, post)
        else:
            item.owner_post = recusals.duty(item, post) or item.owner_post
            item.save(update_fields=["owner_post"])


def _enter(ctx: Context, item: Item, post: str) -> None:
    """Put the item on the rung of whoever has the duty now, at once: the same, or one above."""
    rules = directive.version(item.directive_version)
    to = recusals.duty(item, post)
    tier = item.tier if to and (rules.post(to).tier or 0) <= item.tier else item.tier + 1
    if to and (rules.post(to).tier or 0) > item.tier:
        tier = rules.post(to).tier or tier
    if tier > rules.top:
        for told in silent.others(rules, item, rules.posts_of(rules.top)):
            outbox.write(ctx, item, f"item-{item.pk}.nobody-left", told, letters.nobody_left(item, post))
        return
    step = ladder.standing_step(item)
    due = clocks.delivery_due(rules, item.level, tier, ctx.now())
    if tier == item.tier and step.acknowledged_at is None and not step.lapsed:
        due = min(due, step.delivery_due)
    if item.state == Item.State.LAPSED:
        item.state = Item.State.OPEN
    why = f"{letters.title(rules, post)} is recused" + ("" if tier == item.tier else ": it went up")
    # Silence must be able to carry it from where it stands: the ceiling is not below the rung.
    item.ceiling = max(item.ceiling, tier)
    ladder.enter_rung(ctx, item, tier, ctx.now(), why, due=due, also=[to] if to else [])
