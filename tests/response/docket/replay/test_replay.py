"""A past chain replayed by today's rules: who would have been told, and when; what the rules are not shown."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tocsin.catalog import replays
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.response.docket.models import Item
from tocsin.response.docket.replay import chain, disturb, items, score
from tocsin.response.docket.replay.disturb import Disturbance
from tocsin.response.docket.replay.items import Dated, Timeline
from tocsin.response.docket.replay.reach import reach

pytestmark = pytest.mark.django_db

MADE_UP = Path(replays.__file__).parent
Chains = tuple[dict[str, Timeline], list[Dated]]


def read(folder: Path, before: str = "") -> Chains:
    chains = items.read_timelines(folder / f"{before}timelines.csv")
    return chains, items.read_items(folder / f"{before}items.csv", chains)


@pytest.fixture(scope="module")
def made_up() -> Chains:
    return read(MADE_UP, "synthetic_")


def run(ctx: Context, chains: Chains, ident: str, *, silent: bool = False, **how: Any) -> dict[str, Any]:
    fed = disturb.disturbed(chains[1], chains[0][ident], Disturbance(**how), seed=1)
    return played(ctx, chains[0][ident], fed, silent=silent)


def played(ctx: Context, timeline: Timeline, fed: Sequence[Dated], *, silent: bool = False) -> dict[str, Any]:
    with chain.thrown_away():
        return score.result(chain.play(ctx, fed, silent=silent), timeline)


def first(outcome: dict[str, Any], tier: int) -> date | None:
    return next((t["first_date"] for t in outcome["tiers"] if t["tier"] == tier), None)


def test_a_plan_told_by_two_sources_is_put_before_the_top_within_a_day(ctx: Context, made_up: Chains) -> None:
    outcome = run(ctx, made_up, "S1")
    assert first(outcome, 1) == date(2031, 1, 10)
    assert first(outcome, 5) == date(2031, 4, 1)
    assert next(t["addressees"] for t in outcome["tiers"] if t["tier"] == 5) == ["principal"]
    assert (date(2031, 4, 1), "emergency") in {(o["date"], o["level"]) for o in outcome["opened"]}
    assert outcome["lapses"] == [], "every tier answered in time"
    assert outcome["options_open_at_top"] == len(outcome["options"]["ids"]) > 0
    assert outcome["options"]["lost_since_first_warning"], "between January and April something was lost (M72)"
    assert not Item.objects.exists(), "the register was thrown away"


def test_a_tense_vote_never_becomes_an_emergency(ctx: Context, made_up: Chains) -> None:
    for silent in (False, True):
        outcome = run(ctx, made_up, "S2", silent=silent)
        assert first(outcome, 5) is None
        assert outcome["opened"], "but it was watched"
        assert outcome["false_alarms"] == 0


def test_where_nobody_answers_clocks_carry_it_up_and_every_silence_is_a_lapse(ctx: Context, made_up: Chains) -> None:
    """M74: what is stopped at a middle tier reaches the top by its clock, with no further item."""
    chains, rows = made_up
    alert = [i for i in rows if i.timeline == "S1" and i.item_id in {"S1-03", "S1-04"}]
    third = replace(alert[0], item_id="S1-3b", source="another aid agency", day=date(2031, 3, 13))
    lower = [replace(i, codes=tuple(replace(c, severity=2) for c in i.codes)) for i in [*alert, third]]
    outcome = played(ctx, chains["S1"], lower, silent=True)
    assert (first(outcome, 3), first(outcome, 4), first(outcome, 5)) == (
        date(2031, 3, 13), date(2031, 3, 16), date(2031, 3, 21),
    )  # fmt: skip
    assert [(x["clock"], x["tier"]) for x in outcome["lapses"] if x["date"] >= date(2031, 3, 13)][:2] == [
        ("delivery", 3), ("delivery", 4),
    ]  # fmt: skip
    assert outcome["lapses"][-1]["at_ceiling"]
    assert first(played(ctx, chains["S1"], lower), 5) is None, "answered, it stays where it was answered"


def test_rules_see_no_word_of_an_item_nor_its_fate(ctx: Context, made_up: Chains) -> None:
    chains, rows = made_up
    draw = random.Random(7)

    def noise() -> str:
        return "".join(draw.choices(string.ascii_letters + " ", k=40))

    own = [i for i in rows if i.timeline == "S1"]
    scrambled = [replace(i, content=noise(), fate=noise(), channel=noise()) for i in own]
    assert played(ctx, chains["S1"], scrambled) == played(ctx, chains["S1"], own)


@pytest.mark.parametrize(
    ("visibility", "addressee", "reached"),
    [
        ("public", "-", True),
        ("internal", "liaison office", True),
        ("restricted", "liaison office", True),
        ("internal", "-", False),
        ("internal", "leaders", False),
        ("internal", "internal", True),
        ("secret", "liaison office", False),
        ("hidden", "liaison office", False),
        ("public later", "-", False),
        ("public later", "liaison office", True),
        ("secret, then public", "liaison office", False),
        ("internal then public", "public", False),
        ("eyes only", "liaison office", False),
    ],
)
def test_who_could_know(made_up: Chains, visibility: str, addressee: str, reached: bool) -> None:
    one = replace(made_up[1][0], visibility=visibility, addressee=addressee, source="a mission")
    found = reach(one)
    assert found.reached is reached
    assert found.why


def test_what_is_secret_changes_nothing(ctx: Context, made_up: Chains) -> None:
    chains, rows = made_up
    own = [i for i in rows if i.timeline == "S1"]
    without = [i for i in own if i.visibility != "secret"]
    whole, less = played(ctx, chains["S1"], own), played(ctx, chains["S1"], without)
    assert [k["item"] for k in whole["items"].pop("kept_from_the_chain")] == ["S1-05", "S1-08"]
    less["items"].pop("kept_from_the_chain")
    assert whole == less


def test_two_reports_of_one_source_are_one_source(ctx: Context, made_up: Chains) -> None:
    chains, rows = made_up
    echo = [replace(i, source="one voice") for i in rows if i.timeline == "S1" and not i.item_id.endswith("09")]
    outcome = played(ctx, chains["S1"], echo)
    assert first(outcome, 3) is None


def test_a_disturbance_is_the_same_for_the_same_seed(made_up: Chains) -> None:
    chains, rows = made_up
    how = Disturbance(noise=50, relabel=30, blank=20)
    one, two, other = (disturb.disturbed(rows, chains["S1"], how, seed) for seed in (1, 1, 2))
    assert one == two != other
    moved = [i for i in one if i.noise]
    assert len(moved) == 50
    assert {i.place_id for i in moved}.isdisjoint({chains["S1"].place_id})
    days = [i.day for i in rows if i.timeline == "S1"]
    assert all(min(days) <= i.day <= max(days) for i in moved)
    assert {i.codes for i in moved} <= {i.codes for i in rows if i.timeline == "S2"}


def test_codes_are_blanked_and_changed_in_the_share_asked_for(made_up: Chains) -> None:
    chains, rows = made_up
    own = [i for i in rows if i.timeline == "S1"]
    gone = disturb.disturbed(rows, chains["S1"], Disturbance(blank=100), 1)
    assert all(not codes.factors for i in gone for codes in i.codes)
    changed = disturb.disturbed(rows, chains["S1"], Disturbance(relabel=100), 1)
    for before, after in zip(own, changed, strict=True):
        for old, new in zip(before.codes, after.codes, strict=True):
            assert old.severity == new.severity
            assert not old.factors or old.factors != new.factors


def test_a_source_left_out_is_left_out_and_one_that_is_not_there_is_said(made_up: Chains) -> None:
    chains, rows = made_up
    fed = disturb.disturbed(rows, chains["S1"], Disturbance(drop=("Informant",)), 1)
    assert "S1-06" not in {i.item_id for i in fed}
    with pytest.raises(Misuse, match="No item comes from 'nobody here'"):
        disturb.disturbed(rows, chains["S1"], Disturbance(drop=("nobody here",)), 1)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("date", "yesterday", "not a date"), ("severity_1", "9", "no severity"), ("risk_factors_2", "RF99", "risk factor"),
     ("timeline", "X9", "no timeline")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, made_up: Chains, column: str, value: str, said: str
) -> None:
    lines = (MADE_UP / "synthetic_items.csv").read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index(column)
    cells = lines[1].split(",")
    cells[at] = value
    (tmp_path / "items.csv").write_text("\n".join([lines[0], ",".join(cells)]), encoding="utf-8")
    with pytest.raises(Misuse, match=said) as told:
        items.read_items(tmp_path / "items.csv", made_up[0])
    assert "line 2" in str(told.value.where)


def test_a_place_is_the_one_a_title_names() -> None:
    assert items.place_in("Sri Lanka 2008-09") == "LKA"
    assert items.place_in("Synthetic: a plan reported from Fiji") == "FJI"
    assert items.place_in("A valley nobody has listed") == items.UNNAMED
