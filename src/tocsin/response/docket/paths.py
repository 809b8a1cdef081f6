"""The ways to each post on the register as it is now, for the proof that no one node stands between (``arrival``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tocsin.catalog.directive import Directive, arrival
from tocsin.core.context import Context
from tocsin.response.docket.channels import channels
from tocsin.response.register import duty
from tocsin.response.register.models import Contact
from tocsin.response.register.people import holders


class Live(arrival.Reach):
    """The ways to one post as the register has them now: who holds it, who is on duty, where each is reached.

    A way whose channel is not set up is none. The page is a way to each person who holds the post, and to no other.
    """

    def __init__(self, rules: Directive, at: datetime, faults: dict[tuple[str, str], str]) -> None:
        super().__init__(rules)
        self._at = at
        self._faults = faults
        self._found: dict[str, list[arrival.Path]] = {}

    def to(self, post: str) -> Iterable[arrival.Path]:
        """Return the ways to a post's people and its office's contacts."""
        if post not in self._found:
            self._found[post] = list(self._ways(post))
        return self._found[post]

    def _ways(self, post: str) -> Iterable[arrival.Path]:
        office = self._rules.post(post).office
        around = [f"post {post}", *([f"office {office}"] if office else [])]
        held = {p.pk: p for p in holders(post) if p.is_active}
        for reach in duty.told(post, self._at):
            if reach.channel == duty.PAGE or self._faults.get((reach.channel, reach.address)):
                continue
            if reach.person is not None and reach.person.pk not in held:
                continue  # a deputy's: proved under the deputy's own post
            whose = [f"person {reach.person.get_username()}"] if reach.person else []
            nodes = frozenset([*around, *whose, f"channel {reach.channel}"])
            yield arrival.Path(nodes, 0, f"{post} by {reach.channel}, {whose[0] if whose else 'the office'}")
        for person in held.values():
            name = f"person {person.get_username()}"
            yield arrival.Path(frozenset([*around, name, "channel page"]), 0, f"{post} by the page, {name}")


def live(ctx: Context, rules: Directive) -> list[arrival.Proof]:
    """Return the proof of every post on the register as it is now."""
    known = channels(ctx)
    kept = Contact.objects.filter(retired_at=None).values_list("channel", "address")
    faults = {
        (channel, address): known[channel].fault(ctx, address) if channel in known else "there is no such channel"
        for channel, address in kept
    }
    return arrival.prove(rules, Live(rules, ctx.now(), faults))
