"""What holds after every act, whatever was done before."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis.stateful import invariant

from response.docket.desk import kinds
from response.docket.machine.base import Base
from tocsin.catalog import directive
from tocsin.response.docket import ladder
from tocsin.response.docket.models import Decision, Item, Lapse, Message, Sending
from tocsin.response.docket.models_deciding import Concurrence, Recusal
from tocsin.response.register.models import LedgerBody

UNDECIDED = ["open", "lapsed", "deferred"]


class Promises(Base):
    """The promises, each looked at after each act."""

    @invariant()
    def the_next_due_kept_is_what_the_clocks_say(self) -> None:
        for item in Item.objects.all():
            assert item.next_due == ladder.next_due(item)

    @invariant()
    def no_unacknowledged_item_is_ever_quiet(self) -> None:
        """A message of its rung has gone out or waits to, and a clock will speak, or has for the last time."""
        for item in Item.objects.filter(state__in=UNDECIDED):
            step = ladder.standing_step(item)
            assert item.next_due is not None or item.state == "lapsed", "nothing will speak"
            if item.state == "lapsed":
                assert item.lapses.filter(at_ceiling=True).exists()
            if step.acknowledged_at is None and item.state != "deferred":
                told = item.messages.filter(answer_by=step.delivery_due, asks=True, withdrawn_at=None)
                assert told.exists(), "nobody is asked"
                for message in told:
                    sendings = message.sendings.exclude(state__in=[Sending.State.FAILED, Sending.State.WITHDRAWN])
                    assert message.spread_at is None or sendings.exists(), "a message neither waits nor was delivered"

    @invariant()
    def what_is_answered_asks_no_more(self) -> None:
        """Rule 7: the delivery clock stops everywhere at once, and what has stopped never runs out."""
        for item in Item.objects.all():
            steps = list(item.steps.order_by("id"))
            if steps[-1].acknowledged_at is not None:
                asking = item.messages.exclude(answer_by=None).filter(withdrawn_at=None)
                assert not asking.filter(spread_at=None).exists(), "still to be sent"
                assert not asking.filter(sendings__state="waiting").exists(), "still to be sent"
            unanswered = {
                (s.tier, s.delivery_due)
                for s in steps
                if s.acknowledged_at is None or s.acknowledged_at >= s.delivery_due
            }
            for lapse in item.lapses.filter(clock="delivery"):
                assert (lapse.tier, lapse.due) in unanswered, "a clock that was stopped ran out"

    @invariant()
    def nothing_closes_without_a_decision_or_a_lapse(self) -> None:
        for item in Item.objects.filter(state="closed"):
            decided = item.decisions.exclude(kind="defer").exists()
            assert decided or item.lapses.filter(at_ceiling=True).exists(), "closed in silence"

    @invariant()
    def a_lapse_is_for_good_and_in_the_record(self) -> None:
        now = set(Lapse.objects.values_list("pk", flat=True))
        assert self.lapses <= now
        self.lapses = now
        assert kinds()["clock.lapsed"] == len(now)
        assert not Lapse.objects.filter(ledger_seq=None).exists()

    @invariant()
    def one_undecided_item_a_place_on_one_rung(self) -> None:
        undecided = Counter(Item.objects.filter(state__in=UNDECIDED).values_list("place_id", flat=True))
        assert not undecided or max(undecided.values()) == 1
        for item in Item.objects.all():
            assert item.steps.filter(left_at=None).count() == 1
            assert item.steps.order_by("id").last().tier == item.tier
            assert item.tier <= item.ceiling
            assert item.owner_post

    @invariant()
    def only_a_high_enough_post_has_decided_and_each_supersedes_the_last(self) -> None:
        last: dict[int, Decision] = {}
        for decision in Decision.objects.order_by("id").select_related("item"):
            stands_in = decision.post in decision.item.stand_ins.values()
            assert decision.tier >= _body(decision)["tier"] or stands_in
            assert decision.reasons.strip()
            assert decision.cites
            assert decision.kind != "act" or decision.commitments.exists()
            assert decision.supersedes == last.get(decision.item_id)
            last[decision.item_id] = decision

    @invariant()
    def a_body_decides_with_its_quorum_of_different_hands(self) -> None:
        for decision in Decision.objects.exclude(proposal=None).select_related("item", "proposal"):
            assert decision.proposal is not None
            body = directive.version(decision.item.directive_version).body(decision.post)
            together = _body(decision)["by"]["body"]
            words: dict[str, Concurrence] = {}
            for word in decision.proposal.concurrences.filter(ledger_seq__lt=decision.ledger_seq).order_by("id"):
                words[word.post] = word
            hands = {words[post].os_user for post in together["assents"]}
            assert len(hands) == len(together["assents"]), "somebody was counted twice"
            assert body is not None
            assert len(hands) >= body.quorum, "decided below its quorum"
            assert all(words[post].stand == "assent" for post in together["assents"])
            out = [r for r in Recusal.objects.filter(item=decision.item_id) if r.ledger_seq < decision.ledger_seq]
            assert not {r.recused_post for r in out} & set(together["assents"]), "a recused member was counted"
            assert not {r.os_user for r in out} & hands, "a recused member was counted"

    @invariant()
    def whoever_is_recused_signs_nothing_more(self) -> None:
        for recusal in Recusal.objects.all():
            signed: list[Any] = [*Concurrence.objects.filter(item=recusal.item_id), *_decisions(recusal.item_id)]
            for row in signed:
                after = row.ledger_seq > recusal.ledger_seq
                theirs = row.os_user == recusal.os_user or row.post == recusal.recused_post
                assert not (after and theirs), "a recused member signed"

    @invariant()
    def a_message_is_delivered_once(self) -> None:
        assert Message.objects.count() == Message.objects.values("key").distinct().count()
        sent = Sending.objects.filter(state="sent")
        assert sent.count() == sent.values("message", "channel", "address").distinct().count()


def _decisions(number: int) -> list[Decision]:
    return list(Decision.objects.filter(item=number))


def _body(decision: Decision) -> dict[str, Any]:
    return dict(json.loads(LedgerBody.objects.get(pk=decision.ledger_seq).body))
