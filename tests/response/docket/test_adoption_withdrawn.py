"""An adoption that waits for its day is taken back, with reasons, and never takes effect."""

from __future__ import annotations

from datetime import timedelta

import pytest

from response.docket.desk import by, kinds
from tocsin.catalog import directive
from tocsin.catalog.directive.shelf import Copy
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import adoption
from tocsin.response.docket.tick import tick
from tocsin.response.register.models_directive import Withdrawal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_home(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directive is that of this test's home."""
    monkeypatch.setenv("TOCSIN_HOME", str(ctx.settings.home))


WHY = "The committee asked for another week to read it"


def mine(version: str = "mine-1") -> Copy:
    found = directive.find("2")
    return found._replace(version=version, text=found.text.replace('version: "2"', f'version: "{version}"'))


def test_it_never_takes_effect_and_may_be_adopted_again(ctx: Context, clock: FixedClock) -> None:
    soon, operator = ctx.now() + timedelta(days=2), by("operator")
    adoption.adopt(ctx, mine(), operator, from_at=soon)
    with pytest.raises(Refused, match="Only the operator"):
        adoption.withdraw(ctx, "mine-1", by("principal"), reasons=WHY)
    with pytest.raises(Refused, match="with reasons"):
        adoption.withdraw(ctx, "mine-1", operator, reasons="no")
    assert not Withdrawal.objects.exists()
    row = adoption.withdraw(ctx, "mine-1", operator, reasons=WHY)
    assert (row.reasons, row.post, kinds()["directive.withdrawn"]) == (WHY, "operator", 1)
    with pytest.raises(Refused, match="was taken back already"):
        adoption.withdraw(ctx, "mine-1", operator, reasons=WHY)
    with pytest.raises(Exception, match="append-only"):
        Withdrawal.objects.all().delete()
    clock.move(days=3)
    tick(ctx)
    assert (directive.current().version, kinds()["directive.in_force"]) == ("2", 0)
    assert adoption.waiting() == []
    again = adoption.adopt(ctx, mine(), operator, from_at=ctx.now() + timedelta(days=1))
    assert [w.pk for w in adoption.waiting()] == [again.adoption.pk]


def test_what_is_in_force_or_unknown_is_not_taken_back(ctx: Context, clock: FixedClock) -> None:
    adoption.adopt(ctx, mine(), by("operator"), from_at=ctx.now() + timedelta(days=1))
    with pytest.raises(Refused, match="never adopted here") as told:
        adoption.withdraw(ctx, "mine-2", by("operator"), reasons=WHY)
    assert told.value.todo == "There waits mine-1"
    clock.move(days=1)
    # Nobody has ticked: its moment has come all the same, and the words come too late.
    with pytest.raises(Refused, match="it has taken effect"):
        adoption.withdraw(ctx, "mine-1", by("operator"), reasons=WHY)
    assert kinds()["directive.in_force"] == 1
