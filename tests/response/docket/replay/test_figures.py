"""The dates asked of the four known chains, where their files are beside the checkout."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from response.docket.replay.test_replay import Chains, first, read, run
from tocsin.core.context import Context

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def known(shared: Path) -> Chains:
    if not (shared / "replays").is_dir():
        pytest.skip("the replays are not beside the checkout (../shared)")
    return read(shared / "replays")


@pytest.mark.parametrize(
    ("ident", "tier", "by"),
    [("R1", 3, date(1993, 12, 31)), ("R1", 5, date(1994, 1, 13)), ("R3", 5, date(2009, 3, 9)),
     ("R6", 5, date(2008, 1, 2))],
)  # fmt: skip
def test_the_tier_is_told_by_the_day(ctx: Context, known: Chains, ident: str, tier: int, by: date) -> None:
    told = first(run(ctx, known, ident), tier)
    assert told is not None
    assert told <= by


def test_the_quiet_vote_of_2013_never_becomes_an_emergency(ctx: Context, known: Chains) -> None:
    for silent in (False, True):
        outcome = run(ctx, known, "R8", silent=silent)
        assert first(outcome, 5) is None
        assert {o["level"] for o in outcome["opened"]} == {"watch"}


def test_noise_opens_alerts_seldom_and_moves_no_date(ctx: Context, known: Chains) -> None:
    """A fifth of the noise of benchmarks/replays.py, which takes its time and prints every seed."""
    quiet, loud = run(ctx, known, "R6"), run(ctx, known, "R6", noise=200)
    assert [t["first_date"] for t in loud["tiers"]] == [t["first_date"] for t in quiet["tiers"]]
    assert loud["false_alarms_by"]["noise_items"] == 200
    assert loud["false_alarms_by"]["alarms_over_noise"] <= 2
