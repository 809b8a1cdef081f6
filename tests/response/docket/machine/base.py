"""What the machine that acts at random stands on: a life of its own, one act at a time, and what each left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from response.docket.desk import by, kinds
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import TocsinError
from tocsin.core.settings import Settings
from tocsin.response.docket import acts, clocks
from tocsin.response.docket.models import Decision, Item
from tocsin.response.docket.rank import may_answer
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor

HOURS = st.sampled_from([0, 0, 1, 5, 24, 49, 73, 121, 300])
# Who acts, and after how many hours: time passes with every act, or clocks would hardly ever run out. Those who may
# answer come up more often than those who may not: refusals are many anyway.
WHO = st.tuples(st.sampled_from(["analyst", "overseer", "desk_officer", "deputies", "principal", "principal"]), HOURS)
SEATS = ["deputy_political", "deputy_operations", "deputy_legal"]
Who = tuple[str, int]
PICK = st.integers(0, 5)
WHY = "W1: two readers confirm it"
ON_THE_WAY = {"clock.lapsed", "item.came_back"}
"""Entries that settling makes before an act: they are the clocks', not the act's."""


class Base(RuleBasedStateMachine):
    """A docket, a clock, and every act looked at."""

    home: Path
    seen: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(parse_time("2026-11-23T12:00:00Z"))
        self.ctx = Context(settings=Settings(home=self.home), clock=self.clock)
        self.dues: dict[int, Any] = {}
        self.lapses: set[int] = set()
        self.periods = 0
        self.around = transaction.atomic()
        self.around.__enter__()

    def teardown(self) -> None:
        Base.seen += kinds()
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        acts.ring_bell(self.ctx, "SDN", "The first bell", by("analyst"))
        self.look_at_dues()

    def do(self, name: str, act: Callable[[], Any], *, together: bool = False) -> Any:
        """Do one act; look at what it left behind, or that a refusal left nothing but lapses.

        ``together``: a word that completes a quorum is entered, and so is the decision it brings about.
        """
        entries, decisions = _last(LedgerEntry), _last(Decision)
        try:
            with transaction.atomic():
                result = act()
        except TocsinError:
            # In one transaction for the test's sake; outside it the settling would have stayed.
            assert (_last(LedgerEntry), _last(Decision)) == (entries, decisions)
            Base.refused[name] += 1
            return None
        new = Counter(LedgerEntry.objects.filter(seq__gt=entries).values_list("kind", flat=True))
        own = Counter({kind: n for kind, n in new.items() if kind not in ON_THE_WAY})
        assert sum(own.values()) <= 1 + (together and own["item.decided"]), own
        fresh = Decision.objects.filter(pk__gt=decisions)
        assert len(fresh) == own["item.decided"]
        self.look_at_dues({d.item_id: d for d in fresh if d.kind == "defer"})
        Base.taken[name] += 1
        return result

    def look_at_dues(self, deferred: dict[int, Decision] | None = None) -> None:
        """Rule 7: nothing but a deferral, and that no further than the directive lets it, moves a due later."""
        for item in Item.objects.all():
            if item.decision_due > self.dues.get(item.pk, item.decision_due):
                put_off = (deferred or {}).get(item.pk)
                assert put_off is not None, "the decision's due moved later"
                days = directive.version(item.directive_version).level(item.level).defer_cap_days
                assert put_off.defer_to is not None
                assert item.decision_due == clocks.end_of_day(put_off.defer_to), "deferred to another day than was said"
                assert (put_off.defer_to - put_off.at.date()).days <= days, "deferred past the cap"
            self.dues[item.pk] = item.decision_due

    def after(self, who: Who, *, hand: str = "") -> Actor:
        """Let the hours pass and return who acts then; ``hand`` is whose it is when not the post's own."""
        self.clock.move(hours=who[1])
        return replace(by(who[0]), os_user=hand) if hand else by(who[0])

    def fit(self, pick: int, who: Who, number: int, act: str) -> Actor:
        """Return who acts: twice out of three somebody whom the rules let, or hardly anything would come of it."""
        actor = self.after(who)
        may = [post for post in ["desk_officer", "principal", *SEATS, "analyst"] if self._may(post, act, number)]
        return by(may[0]) if may and pick % 3 else actor

    def _may(self, post: str, act: str, number: int) -> bool:
        item = Item.objects.get(pk=number)
        return may_answer(by(post), act, item, self.ctx.now()).allowed

    def some(self, pick: int, *states: str) -> int:
        """Return an item, one in those states if there is any."""
        rows = Item.objects.order_by("id").values_list("pk", flat=True)
        numbers = list(rows.filter(state__in=states)) or list(rows)
        return numbers[pick % len(numbers)]


def _last(model: Any) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0
