"""What one person, a run, a report or the clock does to a docket."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from response.docket.desk import Run, by, in_days, kinds, warning, weighed
from response.docket.machine.base import PICK, WHO, WHY, Base, Who
from response.docket.reports.people import graded
from tocsin.core.clock import parse_time
from tocsin.response.docket import acts, show
from tocsin.response.docket.acts import surge
from tocsin.response.docket.models import Commitment, Decision, Item
from tocsin.response.docket.reports.enter import Entry, submit
from tocsin.response.docket.tick import tick
from tocsin.response.register.people import Actor

PLACES = st.sampled_from(["SDN", "MMR"])
DECIDED = ("acting", "declined")


class Alone(Base):
    """Acts of one hand."""

    @rule(place=PLACES, who=WHO, words=st.sampled_from(["Convoys", "Lists are being made", " "]))
    def ring(self, place: str, who: Who, words: str) -> None:
        self.do("ring", lambda: acts.ring_bell(self.ctx, place, words, self.after(who)))

    @rule(
        place=PLACES,
        level=st.sampled_from(["watch", "alert", "emergency"]),
        how=st.sampled_from(["a run", "reports", "reports of a place that is asked about"]),
        severity=st.sampled_from([3, 3, 1, 0]),
    )
    def warn(self, place: str, level: str, how: str, severity: int) -> None:
        before = kinds()
        if how == "a run":
            self.periods += 1
            found = warning(self.ctx, place, level, period=f"p{self.periods}")
            acts.take_run(self.ctx, Run(f"r{self.periods}", [found]))
            new = kinds() - before
            assert new["item.opened"] + new["item.joined"] == 1
            assert new["run.taken"] == 1
            Base.taken["warn"] += 1
        else:
            asked = Item.objects.filter(state__in=["open", "lapsed", "deferred"]).first()
            self.reports_are_read(asked.place_id if asked and how != "reports" else place, severity)
            new = kinds() - before
            Base.taken["a report joins"] += new["item.joined"]
            Base.taken["a report opens"] += new["item.opened"]
        self.look_at_dues()

    def reports_are_read(self, place: str, severity: int) -> None:
        """Two grave reports of two sources open or join an item at the top; what says little does nothing."""
        for _ in range(2):
            self.periods += 1
            entry = Entry(place=place, content=b"They came with lists", source_key=f"source {self.periods}")
            receipt = submit(self.ctx, entry, via="csv")
            for post in ["analyst", "second_reader"]:
                graded(self.ctx, receipt.number, by(post), factors=["RF11"], severity=severity, grade="B2")

    @rule(hours=st.sampled_from([1, 24, 49, 73, 121, 300, 800]))
    def the_clock_ticks(self, hours: int) -> None:
        self.clock.move(hours=hours)
        tick(self.ctx)
        again = tick(self.ctx)
        assert (again.moved, again.lapses, again.messages) == ([], [], 0)
        self.look_at_dues()
        for item in Item.objects.all():
            shown = show.item(item.pk, self.ctx.now())
            assert shown["trace"]["broken"] == []
            for face in shown["clocks"]:
                if face["state"] == "running":
                    assert parse_time(face["due"]) > self.ctx.now(), face

    @rule(pick=PICK, who=WHO)
    def acknowledge(self, pick: int, who: Who) -> None:
        number = self.some(pick, "open", "lapsed")
        self.do("acknowledge", lambda: acts.acknowledge(self.ctx, number, self.fit(pick, who, number, "acknowledge")))

    @rule(pick=PICK, who=WHO, days=st.integers(-1, 40), reasons=st.sampled_from([WHY] * 4 + ["W1", ""]))
    def act_on(self, pick: int, who: Who, days: int, reasons: str) -> None:
        self._decide(
            "act", self.some(pick), pick, who, reasons, options=["D01", "D03"], review_on=in_days(self.ctx, days)
        )

    @rule(pick=PICK, who=WHO, days=st.integers(0, 40))
    def decline(self, pick: int, who: Who, days: int) -> None:
        self._decide("decline", self.some(pick), pick, who, review_on=in_days(self.ctx, days))

    @rule(pick=PICK, who=WHO, days=st.sampled_from([0, 1, 2, 3, 4, 13, 15, 31]))
    def defer(self, pick: int, who: Who, days: int) -> None:
        self._decide("defer", self.some(pick, "open", "lapsed"), pick, who, defer_to=in_days(self.ctx, days))

    @rule(pick=PICK, kind=st.sampled_from(["act", "decline"]), who=WHO)
    def decide_anew(self, pick: int, kind: str, who: Who) -> None:
        """A second decision supersedes the first, which stays as it was; most often by who may."""
        number = self.some(pick, *DECIDED)
        before = Decision.objects.filter(item=number).order_by("id").last()
        options = {"options": ["D01"]} if kind == "act" else {}
        done = self._decide(kind, number, pick, who, name="decide anew", review_on=in_days(self.ctx, 20), **options)
        assert done is None or done.supersedes == before

    def _decide(
        self, kind: str, number: int, pick: int, who: Who, reasons: str = WHY, *, name: str = "", **words: Any
    ) -> Any:
        said = {} if kind == "defer" else weighed(number, decline=kind == "decline")
        actor = self.fit(pick, who, number, "decide")
        return self.do(
            name or kind,
            lambda: acts.decide(self.ctx, number, actor, kind=kind, reasons=reasons, **said, **words),
        )

    @rule(pick=PICK, who=WHO)
    def carry_out(self, pick: int, who: Who) -> None:
        running = list(Commitment.objects.filter(done_at=None))
        if running:
            number = running[pick % len(running)].pk
            self.do("carry out", lambda: acts.complete(self.ctx, number, self.after(who), "Cable 7"))

    @rule(pick=PICK, who=WHO)
    def look_again(self, pick: int, who: Who) -> None:
        number = self.some(pick, *DECIDED)
        self.do(
            "review",
            lambda: acts.review(self.ctx, number, self.fit(pick, who, number, "review"), reasons="Unchanged"),
        )

    @rule(pick=PICK, who=WHO, found=st.sampled_from(["", "done", "partly", "not_done"]))
    def close(self, pick: int, who: Who, found: str) -> None:
        number = self.some(pick, *DECIDED, "lapsed")
        self.do(
            "close",
            lambda: acts.close(
                self.ctx, number, self.fit(pick, who, number, "close"), reasons="It is over", found=found
            ),
        )

    @rule(pick=PICK, who=WHO)
    def reopen(self, pick: int, who: Who) -> None:
        """The closed question stays as it is; what is asked again has no more time than was left."""
        number = self.some(pick, "closed")
        self._reopen(number, self.fit(pick, who, number, "reopen"))

    def _reopen(self, number: int, actor: Actor) -> None:
        was = Item.objects.get(pk=number)
        again = self.do("reopen", lambda: acts.reopen(self.ctx, number, actor, reasons="The convoys are back today"))
        if again is not None:
            now = Item.objects.get(pk=number)
            assert (now.state, now.decision_due, now.lapses.count()) == ("closed", was.decision_due, was.lapses.count())
            assert was.decision_due <= self.ctx.now() or again.decision_due <= was.decision_due, "reopening bought time"

    @rule(pick=PICK, who=WHO, came=st.sampled_from(["onset", "no_onset", "no_onset_acted"]))
    def outcome(self, pick: int, who: Who, came: str) -> None:
        number = self.some(pick, "closed")
        self._outcome(number, self.fit(pick, who, number, "outcome"), came)

    def _outcome(self, number: int, actor: Actor, came: str) -> None:
        claim = {"claimed_cause": "The demarche of the ambassador", "confidence": "low"}
        evidence = "Two readers saw the convoys leave"
        more = claim if came == "no_onset_acted" else {}
        self.do("outcome", lambda: acts.outcome(self.ctx, number, actor, came=came, evidence=evidence, **more))

    @rule(pick=PICK, who=WHO, kind=st.sampled_from(["cannot", "will_not", "may_not"]))
    def block(self, pick: int, who: Who, kind: str) -> None:
        self.do(
            "block",
            lambda: acts.block(
                self.ctx,
                self.some(pick),
                self.after(who),
                type=kind,
                sphere="political",
                by="The ministry of transport",
                why="No landing rights are given",
                evidence="The note of the ministry of last week",
                workaround="By road over the border",
                option="D01",
            ),
        )

    @rule(pick=PICK, who=WHO, days=st.integers(0, 20))
    def surge(self, pick: int, who: Who, days: int) -> None:
        running = surge.standing(self.ctx)
        why, who = "The whole region is on the move", ("principal" if pick else who[0], who[1] % 49)
        if running is None:
            self.do("surge", lambda: surge.declare(self.ctx, self.after(who), reasons=why, days=days))
        if running is not None or pick > 3:
            self.do("end surge", lambda: surge.end(self.ctx, self.after(who), reasons=why))

    # Lives in which something comes of it: drawn at random alone, some seeds would hardly ever see a promise kept.

    @rule(pick=PICK)
    def the_principal_acts_and_it_is_shown_done(self, pick: int) -> None:
        number = self.some(pick)
        self._decide("act", number, 0, ("principal", 0), options=["D01", "D03"], review_on=in_days(self.ctx, 9))
        for row in Commitment.objects.filter(item=number, done_at=None):
            self.do("carry out", lambda row=row: acts.complete(self.ctx, row.pk, by("principal"), "Cable 7"))

    @rule(pick=PICK, days=st.sampled_from([2, 2, 31]))
    def the_principal_defers_and_the_day_comes(self, pick: int, days: int) -> None:
        number, to = self.some(pick), in_days(self.ctx, days)
        self._decide("defer", number, 0, ("principal", 0), defer_to=to, waits_for="Cable 7")
        self.clock.move(hours=49)
        tick(self.ctx)
        self.look_at_dues()

    @rule(pick=PICK, again=st.booleans())
    def it_ends(self, pick: int, again: bool) -> None:
        """What can be closed is closed, what came of it is recorded, and then it is asked again."""
        number = self.some(pick, *DECIDED, "lapsed")
        self.clock.move(hours=800)
        tick(self.ctx)
        self.look_at_dues()
        found = "not_done" if Item.objects.get(pk=number).state == "acting" else ""
        self.do("close", lambda: acts.close(self.ctx, number, by("principal"), reasons="It is over", found=found))
        if again:
            self._outcome(number, by("principal"), "no_onset")
        self._reopen(number, by("principal"))
