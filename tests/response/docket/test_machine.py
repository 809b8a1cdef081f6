"""Promises that hold whatever people do, in whatever order: a machine that acts at random and looks after each act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.stateful import run_state_machine_as_test

from response.docket.machine.alone import Alone
from response.docket.machine.base import Base
from response.docket.machine.promises import Promises
from response.docket.machine.together import Together
from tocsin.core.context import Context
from tocsin.response.docket import acts, bodies, outbox, recusals
from tocsin.response.docket.acts import choice
from tocsin.response.docket.models import Item

# A failing sequence is shown as found: shrinking one takes minutes and adds little to read.
SETTINGS = settings(
    max_examples=45,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
TAKEN = {"ring", "warn", "a report joins", "a report opens", "acknowledge", "act", "decline", "defer", "decide anew",
         "carry out", "review", "close", "reopen", "outcome", "block", "surge", "end surge", "propose", "assent",
         "dissent", "recuse"}  # fmt: skip
LIVED = {"item.opened", "item.joined", "item.acknowledged", "item.decided", "commitment.done", "item.reviewed",
         "item.closed", "clock.lapsed", "item.came_back", "decision.proposed", "proposal.assented",
         "proposal.dissented", "item.recused", "item.reopened", "item.outcome"}  # fmt: skip


class OneHand(Alone, Promises):
    """Everything but bodies."""


class Body(Together, Promises):
    """Bodies alone: what is wrong there comes to light sooner."""


class Desk(Alone, Together, Promises):
    """Everything that can be done to a docket, and everything that must hold."""


@pytest.fixture(autouse=True)
def every_life_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five of six lives would be a mutation of the sixth: in so few, half the acts would never be seen."""
    monkeypatch.setattr(ConjectureRunner, "generate_mutations_from", lambda self, data: None)


@pytest.mark.django_db
def test_promises_hold_whatever_people_do(tmp_path: Path) -> None:
    _run(tmp_path, Desk)
    print("taken:", dict(Base.taken.most_common()), "refused:", dict(Base.refused.most_common()))
    taken = {name for name, times in Base.taken.items() if times}
    assert taken >= TAKEN, f"the machine never did {TAKEN - taken}"
    assert set(Base.seen) >= LIVED, f"the machine never came to {LIVED - set(Base.seen)}"


def _run(tmp_path: Path, machine: type[Base]) -> None:
    Base.home = tmp_path / "home"
    Base.seen, Base.taken, Base.refused = Counter(), Counter(), Counter()
    run_state_machine_as_test(machine, settings=SETTINGS)


def _more_time(patch: pytest.MonkeyPatch) -> None:
    plain = acts.acknowledge

    def buys_time(ctx: Context, number: int, actor: Any) -> Any:
        done = plain(ctx, number, actor)
        Item.objects.filter(pk=number).update(decision_due=done.item.decision_due + timedelta(days=1))
        return done

    patch.setattr(acts, "acknowledge", buys_time)


def _no_cap(patch: pytest.MonkeyPatch) -> None:
    plain = choice._check_deferral

    def lenient(item: Any, post: str, said: Any, today: Any) -> None:
        plain(item, post, said, max(today, said.defer_to - timedelta(days=1)))

    patch.setattr(choice, "_check_deferral", lenient)


def _one_short(patch: pytest.MonkeyPatch) -> None:
    reached = property(lambda stands: len(stands.assents) >= stands.needed - 1)
    patch.setattr(bodies.Quorum, "reached", reached)


def _twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bodies, "hand", lambda person, os_user: object())


def _recused_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recusals, "hands", lambda item: set())
    patch.setattr(recusals, "vacant", lambda item, post: False)


def _recused_signs(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recusals, "barred", lambda actor, item: None)


def _still_asks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outbox, "withdraw", lambda ctx, item: 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("machine", "fault", "found"),
    [
        (OneHand, _more_time, "moved later"),
        (OneHand, _no_cap, "deferred past the cap"),
        (OneHand, _still_asks, "still to be sent"),
        (Body, _one_short, "below its quorum"),
        (Body, _twice, "counted twice"),
        (Body, _recused_counts, "recused member was counted"),
        (Body, _recused_signs, "recused member signed"),
    ],
)
def test_the_machine_would_notice(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    machine: type[Base],
    fault: Callable[[pytest.MonkeyPatch], None],
    found: str,
) -> None:
    """The test can fail: whatever is broken on purpose is found."""
    fault(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        _run(tmp_path, machine)
