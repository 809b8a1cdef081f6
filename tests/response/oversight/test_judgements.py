"""M82 of judgements: a summary of forecasts keeps numbers, reasons and dissent, and names nobody unless each agreed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from response.oversight.test_outside import person
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.oversight import entries
from tocsin.response.oversight.judgements import AGREED, FEW_PEOPLE
from tocsin.response.oversight.summary import consent, summary
from tocsin.response.register.forecasts import ending, giving, questions
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db
NAMES = ("amal", "Amal", "Haddad", "bela", "Bela", "Kun", "chen", "Chen", "Wei")


def asked(ctx: Context, actor: Actor) -> int:
    one = questions.ask(
        ctx, actor, "SDN", statement="The Adre crossing is closed for a whole day.", rule="OCHA says it is closed.",
        source="OCHA reports", resolver="desk_officer", horizon=(ctx.now() + timedelta(days=30)).date(),
        closes_at=ctx.now() + timedelta(days=10), base_rate="0.05", base_rate_source="closures in 2023",
    )  # fmt: skip
    return one.pk


def test_m82_forecasts_are_summed_up_with_dissent_and_without_names(ctx: Context, clock: FixedClock) -> None:
    amal = person("amal", "Amal Haddad", "analyst", ctx)
    bela = person("bela", "Bela Kun", "second_reader", ctx)
    chen = person("chen", "Chen Wei", "liaison", ctx)
    number = asked(ctx, amal)
    giving.give(ctx, amal, number, "0.15", why="Amal Haddad was told by the customs post that it stays open.")
    giving.give(ctx, bela, number, "0.2", why="As Amal says.")
    giving.give(ctx, chen, number, "0.7", why="The order is signed, as Bela has seen.")
    with pytest.raises(Refused, match="No question"):
        summary(entries.from_register(), "SDN", ctx)  # nothing is told before the close
    clock.move(days=11)
    ending.go(ctx)
    told = summary(entries.from_register(), "SDN", ctx, names=True)
    [one] = told["judgements"]
    assert [v["p"] for v in one["voices"]] == [0.15, 0.2, 0.7]
    assert [v["dissent"] for v in one["voices"]] == [False, False, True]
    assert one["dissent"] == "1 of 3 stand apart from the mean."
    assert one["low"] < one["pool"] < one["high"]
    assert "[name withheld] was told by the customs post" in one["voices"][0]["why"]
    assert not [name for name in NAMES if name in str(told)]
    assert "3 of 3 have not consented" in told["names_withheld"]
    for who in (amal, bela):
        consent(ctx, who, "SDN")
    assert summary(entries.from_register(), "SDN", ctx, names=True)["names"] == [], "one left out is named by it"
    consent(ctx, chen, "SDN")
    assert sorted(summary(entries.from_register(), "SDN", ctx, names=True)["names"]) == [
        "Amal Haddad", "Bela Kun", "Chen Wei",
    ]  # fmt: skip


def test_m82_two_numbers_are_not_told_and_no_dissent_is_no_agreement(ctx: Context, clock: FixedClock) -> None:
    amal = person("amal", "Amal Haddad", "analyst", ctx)
    bela = person("bela", "Bela Kun", "second_reader", ctx)
    chen = person("chen", "Chen Wei", "liaison", ctx)
    few, many = asked(ctx, amal), asked(ctx, amal)
    for who, number in ((amal, "0.1"), (bela, "0.11"), (chen, "0.12")):
        giving.give(ctx, who, many, number)
        if who is not chen:
            giving.give(ctx, who, few, number)
    clock.move(days=11)
    ending.go(ctx)
    first, second = summary(entries.from_register(), "SDN", ctx)["judgements"]
    assert (first["people"], first["voices"], first["pool"], first["said"]) == (2, [], None, FEW_PEOPLE)
    assert second["dissent"] == AGREED
