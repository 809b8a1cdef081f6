"""What a body does to a docket: proposals, assents, dissents, seats that one hand holds, members who are recused."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from response.docket.desk import by, in_days, weighed
from response.docket.machine.base import PICK, SEATS, WHO, WHY, Base, Who
from tocsin.response.docket import acts, bodies
from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import Proposal
from tocsin.response.docket.tick import tick

SEAT = st.tuples(st.sampled_from(SEATS), st.sampled_from([0, 0, 1, 5, 24]))
HAND = st.sampled_from(["", "", "", *SEATS])
"""Whose hand acts in a seat: mostly the seat's own; sometimes that of somebody who has another seat too."""
MINUTES = "All three seats were heard on it"


class Together(Base):
    """Acts of several hands."""

    def before_the_body(self, pick: int) -> int:
        """Return an item that stands before the body, if there is one: others are refused."""
        numbers = list(Item.objects.filter(tier=4).exclude(state="closed").order_by("id").values_list("pk", flat=True))
        return numbers[pick % len(numbers)] if numbers else self.some(pick)

    def put(self) -> Proposal | None:
        """Return the newest proposal that can still be assented to."""
        rows = Proposal.objects.filter(decisions=None).order_by("-id").select_related("item")
        return next((row for row in rows if not bodies.ended(row.item, row, self.ctx.now())), None)

    def _words(self, number: int, kind: str, days: int) -> dict[str, Any]:
        day = in_days(self.ctx, days)
        words: dict[str, Any] = {"minutes": MINUTES, "reasons": WHY, "kind": kind}
        if kind == "defer":
            return words | {"defer_to": day}
        options = {"options": ["D01"]} if kind == "act" else {}
        return words | {"review_on": day, **weighed(number, decline=kind == "decline"), **options}

    @rule(pick=PICK, who=SEAT, hand=HAND, kind=st.sampled_from(["act", "decline", "defer"]), days=st.integers(1, 20))
    def propose(self, pick: int, who: Who, hand: str, kind: str, days: int) -> None:
        number = self.before_the_body(pick)
        words = self._words(number, kind, days)
        self.do("propose", lambda: acts.propose(self.ctx, number, self.after(who, hand=hand), **words), together=True)

    @rule(pick=PICK, who=SEAT, hand=HAND)
    def assent(self, pick: int, who: Who, hand: str) -> None:
        row = self.put()
        number = row.item_id if row else self.before_the_body(pick)
        # Whoever has not spoken yet, mostly: a quorum would hardly ever come about by chance.
        silent = [m for m in bodies.standing(row.item, row.body, row).silent if pick] if row else []
        actor = self.after((silent[0] if silent else who[0], who[1]), hand=hand)
        self.do("assent", lambda: acts.assent(self.ctx, number, actor), together=True)

    @rule(pick=PICK, who=st.one_of(WHO, SEAT), hand=HAND)
    def dissent(self, pick: int, who: Who, hand: str) -> None:
        row = self.put()
        number = row.item_id if row and pick else self.some(pick, "acting", "declined")
        actor = self.after(who, hand=hand)
        self.do(
            "dissent",
            lambda: acts.dissent(self.ctx, number, actor, reasons="The cable is not read yet"),
            together=True,
        )

    @rule(pick=PICK, who=st.one_of(WHO, SEAT), hand=HAND)
    def recuse(self, pick: int, who: Who, hand: str) -> None:
        if pick > 2:
            return  # rarely: where everybody is recused, nothing else can happen any more
        number, actor = self.before_the_body(pick), self.after(who, hand=hand)
        self.do("recuse", lambda: acts.recuse(self.ctx, number, actor, reasons="My brother commands there"))

    # Lives in which a body comes to speak: an item that goes up in silence, and one that its members agree on.

    @rule(pick=PICK)
    def it_goes_up_to_the_body(self, pick: int) -> None:
        number = self.some(pick, "open")
        for _ in range(3):
            item = Item.objects.get(pk=number)
            if item.state == "open" and item.tier < 4:
                self.clock.move(hours=73)
                tick(self.ctx)
                self.look_at_dues()

    @rule(pick=PICK, seats=st.permutations(SEATS), kind=st.sampled_from(["act", "decline", "defer"]), no=st.booleans())
    def two_members_agree(self, pick: int, seats: list[str], kind: str, no: bool) -> None:
        number = self.before_the_body(pick)
        words = self._words(number, kind, 3)
        self.do("propose", lambda: acts.propose(self.ctx, number, by(seats[0]), **words), together=True)
        if no:
            why = "The cable is not read yet"
            self.do("dissent", lambda: acts.dissent(self.ctx, number, by(seats[2]), reasons=why))
        self.do("assent", lambda: acts.assent(self.ctx, number, by(seats[1])), together=True)

    @rule(pick=PICK, seats=st.permutations(SEATS), own=st.booleans())
    def one_who_proposed_steps_out(self, pick: int, seats: list[str], own: bool) -> None:
        """A member recused after having said yes no longer counts, whoever else says yes then."""
        number = self.before_the_body(pick)
        words = self._words(number, "decline", 3)
        self.do("propose", lambda: acts.propose(self.ctx, number, by(seats[0]), **words), together=True)
        why = "My brother commands there"
        out = seats[0] if own else seats[1]
        self.do("recuse", lambda: acts.recuse(self.ctx, number, by(out), reasons=why))
        for seat in seats[1:]:
            self.do("assent", lambda seat=seat: acts.assent(self.ctx, number, by(seat)), together=True)

    @rule(pick=PICK, seats=st.permutations(SEATS))
    def one_hand_in_two_seats(self, pick: int, seats: list[str]) -> None:
        """One hand is one voice: a second seat adds nothing."""
        number = self.before_the_body(pick)
        words = self._words(number, "decline", 3)
        self.do("propose", lambda: acts.propose(self.ctx, number, by(seats[0]), **words), together=True)
        twin = self.after((seats[1], 0), hand=seats[0])
        self.do("assent", lambda: acts.assent(self.ctx, number, twin), together=True)
