"""Who acts, under which post, and what the rules let them do. Every verdict names its rule and whom to ask."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.register import mandate
from tocsin.response.register.models import Holding, Person
from tocsin.response.register.shifts import hand_on

OPERATOR = "operator"
LINK = "link"
"""How an act came that was done by a link in a message: as the post it was sent to, by nobody in particular."""
ANYBODY = {"bell", "assess", "read"}
ASSIGNERS = {"operator"}
MOST_NAME = 120


class Ranked(Protocol):
    """Anything that stands on a tier: a docket item."""

    tier: int


@dataclass(frozen=True)
class Actor:
    """Somebody acting under a post.

    ``via`` is ``desk`` (a signed-in ``person``) or ``cli`` (``os_user``, never a personal signature). ``signed`` is
    set by the desk alone, after the person has entered their passphrase again for this one act.
    """

    post: str
    person: Person | None
    via: str
    os_user: str = ""
    signed: bool = False
    acting_for: str = ""
    """The post whose duty an act is, when it is not the actor's own; the rule that lets them act sets it."""
    acting_why: str = ""

    @property
    def duty(self) -> str:
        """Return the post whose duty an act is: the one acted for, else the actor's own."""
        return self.acting_for or self.post

    def body(self) -> dict[str, object]:
        """Return who acted, as it stands in the body of a ledger entry."""
        method = "passphrase" if self.signed else "session" if self.person else LINK if self.via == LINK else "none"
        who = {
            "post": self.post,
            "person": self.person.get_username() if self.person else None,
            "name": str(self.person) if self.person else None,
            "via": self.via,
            "os_user": self.os_user or None,
            "method": method,
        }
        return who | ({"acting_for": self.acting_for, "acting_why": self.acting_why} if self.acting_for else {})


def hand(person: Person | None, os_user: str) -> str:
    """Return whose hand did something: the account at the desk, or that of the operating system behind a command.

    The same name here and there is one hand: by command line nobody signs, and one hand is no two readers or votes.
    """
    return person.get_username() if person is not None else os_user


@dataclass(frozen=True)
class Verdict:
    """May they, by which rule, and whom to ask when not."""

    allowed: bool
    rule: str
    ask: str = ""
    acting_for: str = ""
    """The post for which they may act, when it is not their own; the rule says why."""

    def enforce(self) -> None:
        """Raise Refused with the rule and whom to ask, unless allowed."""
        if not self.allowed:
            raise Refused(self.rule, todo=self.ask)


def cli_actor(post: str) -> Actor:
    """Return the actor of a command: a post of the directive and the operating-system user. Raises Misuse."""
    mandate.post(post)
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return Actor(post=post, person=None, via="cli", os_user=user[:60])


def holders(post: str) -> list[Person]:
    """Return the people who hold a post now."""
    return [h.person for h in Holding.objects.filter(post=post, until=None).select_related("person")]


def posts_of(person: Person) -> list[str]:
    """Return the posts a person holds now, in the order of the directive; those of earlier versions come last."""
    held = set(Holding.objects.filter(person=person, until=None).values_list("post", flat=True))
    named = [p.id for p in directive.current().posts if p.id in held]
    return [*named, *sorted(held - set(named))]


def may(actor: Actor, act: str, item: Ranked | None = None, *, under: str = "") -> Verdict:  # noqa: PLR0911
    """Judge an act: default deny.

    ``act`` is bell, assess, read, acknowledge, decide, review, close, complete, own or assign. The rank rule: an item
    is answered by a post of its own tier or above, never below; which, says the version it runs under (``under``).
    Raises Misuse on a post that no version of the directive has.
    """
    under = under or getattr(item, "directive_version", "")
    rules = directive.version(under) if under else directive.current()
    post = next((p for p in rules.posts if p.id == actor.post), None)
    if post is None:
        mandate.post(actor.post)
        return Verdict(
            False,
            f"Version {rules.version} of the directive, by which this is judged, has no post {actor.post}",
            f"Ask {', '.join(p.id for p in rules.posts if p.tier is not None)}",
        )
    if actor.via == "desk":
        if actor.person is None or not actor.person.is_active:
            return Verdict(
                False,
                "An act at the desk needs a signed-in person",
                "Sign in, or ask the operator for an account",
            )
        if not Holding.objects.filter(person=actor.person, post=actor.post, until=None).exists():
            return Verdict(
                False,
                f"{actor.person} does not hold the post of {post.title.lower()}",
                "The operator assigns posts",
            )
    elif actor.via == LINK:
        # Whoever holds a link was sent it as the post: it stops a delivery clock, and does nothing else.
        if act != "acknowledge":
            return Verdict(False, "A link in a message acknowledges and does nothing else", "Sign in")
    elif actor.via != "cli":
        return Verdict(False, f"An act comes by the desk or the command line, not by {actor.via!r}")
    if act in ANYBODY:
        return Verdict(True, "Anybody signed in may do this; nobody can veto it")
    if act == "assign":
        return Verdict(post.id in ASSIGNERS, "Only the operator assigns posts", "Act as the operator (--by operator)")
    if post.tier is None:
        return Verdict(
            False,
            f"The {post.title.lower()} decides nothing by the directive",
            "Act under a post that has a tier",
        )
    if item is not None and post.tier < item.tier:
        above = ", ".join(p.id for p in rules.posts if (p.tier or 0) >= item.tier)
        return Verdict(
            False,
            f"The item stands at tier {item.tier} and {post.id} answers for tier {post.tier}: "
            f"no tier below the item's may {act} it",
            f"Ask {above}",
        )
    return Verdict(True, f"Tier {post.tier} may {act} what stands at its own tier or below")


def ensure_operator(ctx: Context) -> Person:
    """Return the local account of a first run: ``operator`` holds every post that nobody else holds yet.

    It has no password (one-time links let it in) and may not sign until it sets a passphrase of its own.
    """
    from tocsin.response.register.record import enter

    with transaction.atomic():
        person, made = Person.objects.get_or_create(
            username=OPERATOR, defaults={"display_name": "Operator", "date_joined": ctx.now()}
        )
        if made:
            person.set_unusable_password()
            person.save(update_fields=["password"])
        taken = set(Holding.objects.filter(until=None).values_list("post", flat=True))
        vacant = [p.id for p in directive.current().posts if p.id not in taken]
        Holding.objects.bulk_create(Holding(person=person, post=post, since=ctx.now()) for post in vacant)
        if vacant:
            enter(
                ctx,
                kind="post.stood_in",
                body={"person": OPERATOR, "posts": vacant, "why": "nobody else holds them"},
            )
    return person


def add(ctx: Context, username: str, display_name: str, actor: Actor) -> Person:
    """Open an account that holds no post yet. Raises Refused when the name is taken or the actor may not."""
    from tocsin.response.register.record import enter

    may(actor, "assign").enforce()
    name = username.strip().lower()
    if not name.isidentifier() or len(name) > 40:
        raise Misuse(f"{username!r} is not an account name", todo="Use letters, digits and _ only, 40 at most")
    shown = " ".join(said(display_name, MOST_NAME).split())
    with transaction.atomic():
        if Person.objects.filter(username=name).exists():
            raise Refused(f"There is already an account {name!r}", todo="Choose another name")
        person = Person(username=name, display_name=shown, date_joined=ctx.now())
        person.set_unusable_password()
        person.save()
        enter(ctx, kind="person.added", body={"person": name, "by": actor.body()})
    return person


def hold(ctx: Context, post: str, person: Person, actor: Actor) -> Holding:
    """Give a post to a person; whoever held it until now (the operator standing in, as a rule) holds it no more.

    Raises Refused when the actor may not assign or the person has left; Misuse when there is no such post.
    """
    from tocsin.response.register.record import enter

    may(actor, "assign").enforce()
    mandate.post(post)
    if not person.is_active:
        raise Refused(f"{person} has left", todo=f"tocsin people return {person.get_username()}")
    with transaction.atomic():
        now = ctx.now()
        current = list(Holding.objects.select_for_update().filter(post=post, until=None).select_related("person"))
        if [h.person_id for h in current] == [person.pk]:
            return current[0]
        Holding.objects.filter(pk__in=[h.pk for h in current]).update(until=now)
        holding = Holding.objects.create(person=person, post=post, since=now)
        before = [h.person.get_username() for h in current]
        # A successor inherits the duties: the rota of the post goes with it.
        shifts = [s for h in current if h.person_id != person.pk for s in hand_on(now, post, h.person, person)]
        enter(
            ctx,
            kind="post.held",
            body={
                "post": post,
                "person": person.get_username(),
                "before": before,
                "shifts": shifts,
                "by": actor.body(),
            },
        )
    return holding


def roll() -> list[dict[str, object]]:
    """Return every post of the directive with who holds it and whether the operator only stands in.

    Posts of an earlier version come last while somebody holds them: an item that runs under it still needs them.
    """
    rules = directive.current()
    held: dict[str, list[Person]] = {}
    for holding in Holding.objects.filter(until=None).select_related("person"):
        held.setdefault(holding.post, []).append(holding.person)
    return [
        {
            "post": post.id,
            "title": post.title,
            "tier": post.tier,
            "line_manager": post.line_manager,
            "duty": post.duty,
            "held_by": [p.get_username() for p in held.get(post.id, [])],
            "stands_in": post.id != OPERATOR and any(p.get_username() == OPERATOR for p in held.get(post.id, [])),
        }
        for post in [*rules.posts, *(mandate.post(p) for p in sorted(set(held) - {p.id for p in rules.posts}))]
    ]
