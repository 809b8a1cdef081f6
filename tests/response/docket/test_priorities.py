"""What comes first (M9, M18, M76): one order for everybody, each rank explained, an override on the record."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from response.docket.desk import by, in_days, kinds, warning, weighed
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts, ranked
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Override
from tocsin.response.docket.priorities import CRITERIA, Facts, order
from tocsin.response.register.models import LedgerBody

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEVELS = ["watch", "alert", "emergency"]

lines = st.lists(
    st.builds(
        Facts,
        kind=st.sampled_from(["item", "commitment"]),
        number=st.integers(1, 40),
        place_id=st.sampled_from(["SDN", "MMR", ""]),
        level=st.sampled_from(LEVELS),
        under_way=st.booleans(),
        lapses=st.integers(0, 5),
        due=st.integers(-400, 400).map(lambda h: NOW + timedelta(hours=h)),
        opened_at=st.integers(0, 3).map(lambda d: NOW - timedelta(days=d)),
        times=st.one_of(st.none(), st.floats(0, 90)),
    ),
    max_size=14,
    unique_by=lambda f: (f.kind, f.number),
)


@given(lines=lines, seed=st.integers(0, 9), ranks=st.dictionaries(st.integers(1, 40), st.integers(1, 20), max_size=3))
def test_the_order_is_total_and_asks_not_how_lines_came(lines: list[Facts], seed: int, ranks: dict[int, int]) -> None:
    """Two analysts get the identical order: permuting what goes in changes nothing."""
    rules = directive.current()
    overrides = [(item, rank, item) for item, rank in ranks.items()]
    shuffled = random.Random(seed).sample(lines, len(lines))
    one, two = order(rules, lines, NOW, overrides), order(rules, shuffled, NOW, overrides[::-1])
    assert one == two
    assert [r.rank for r in one] == list(range(1, len(lines) + 1))
    assert {(r.facts.kind, r.facts.number) for r in one} == {(f.kind, f.number) for f in lines}
    for r in one:
        assert r.total == sum(r.points.values())
        assert tuple(r.points) == CRITERIA
    plain = [r for r in one if r.override is None]
    assert [r.by_rule for r in plain] == sorted(r.by_rule for r in plain), "an override moves one line only"


@given(line=lines.filter(bool).map(lambda f: f[0]))
def test_nothing_that_makes_it_worse_takes_points_away(line: Facts) -> None:
    from dataclasses import replace

    rules = directive.current()

    def points(facts: Facts) -> int:
        return order(rules, [facts], NOW)[0].total

    assert points(replace(line, due=line.due - timedelta(hours=12))) >= points(line)
    assert points(replace(line, under_way=True)) >= points(line)
    assert points(replace(line, lapses=line.lapses + 1)) >= points(line)
    assert points(replace(line, times=(line.times or 0) + 50)) >= points(line)
    for level in LEVELS[LEVELS.index(line.level) :]:
        assert points(replace(line, level=level)) >= points(line)


def test_unknown_is_not_low() -> None:
    known = Facts("item", 1, "SDN", "alert", False, 0, NOW, NOW, 1.0)
    unknown = Facts("item", 2, "MMR", "alert", False, 0, NOW, NOW, None)
    first, _ = order(directive.current(), [known, unknown], NOW)
    assert first.facts is unknown
    assert "not assessed" in first.why


@pytest.fixture
def three(ctx: Context, clock: FixedClock) -> dict[str, int]:
    """An emergency, an alert and a watch, opened an hour apart, the least first."""
    numbers = {}
    for place, level in (("MMR", "watch"), ("SDN", "alert"), ("COD", "emergency")):
        numbers[level] = receive(ctx, warning(ctx, place, level), "as of today").pk
        clock.move(hours=1)
    return numbers


@pytest.mark.django_db(transaction=True)
def test_two_analysts_export_the_same_bytes_with_the_weights(ctx: Context, clock: FixedClock, three: dict) -> None:
    """M9: identical order, and the weighting used is printed."""
    one = ranked.standing(ctx)
    clock.move(minutes=20)
    two = ranked.standing(ctx)
    assert ranked.as_json(one) == ranked.as_json(two)
    assert ranked.as_csv(one) == ranked.as_csv(two)
    said = ranked.as_dict(one)
    assert [line["number"] for line in said["items"]] == [three["emergency"], three["alert"], three["watch"]]
    assert said["weights"] == dict(sorted(directive.current().priorities.weights.items()))
    assert said["directive"]["version"] == directive.current().version
    assert f"# directive default {directive.current().version}" in ranked.as_csv(one)
    assert "level 1000" in ranked.as_csv(one)
    assert all(line["why"] for line in said["items"])


@pytest.mark.django_db(transaction=True)
def test_an_override_demands_a_reason_and_shows_the_order_before(ctx: Context, clock: FixedClock, three: dict) -> None:
    """M18: a reason, the order before, an end, an entry."""
    rule = [three["emergency"], three["alert"], three["watch"]]
    with pytest.raises(Refused, match="with reasons"):
        acts.override(ctx, three["watch"], by("principal"), rank=1, reasons="because")
    with pytest.raises(Refused, match="no tier below"):
        acts.override(ctx, three["alert"], by("analyst"), rank=1, reasons="The envoy lands there tonight.")
    row = acts.override(ctx, three["watch"], by("principal"), rank=1, reasons="The envoy lands there tonight.")
    assert (row.before, row.after) == (rule, [three["watch"], three["emergency"], three["alert"]])
    first = ranked.standing(ctx).items[0]
    assert (first.rank, first.by_rule, first.override) == (1, 3, row.pk)
    import json

    body = json.loads(LedgerBody.objects.get(entry_id=row.ledger_seq).body)
    assert (body["before"], body["after"], body["was"]) == (row.before, row.after, 3)
    acts.withdraw(ctx, three["watch"], by("principal"), reasons="The envoy has left again.")
    assert [r.facts.number for r in ranked.standing(ctx).items] == rule
    assert kinds(three["watch"])["rank.set"] == 1
    acts.override(ctx, three["watch"], by("principal"), rank=1, reasons="The envoy is back for a day.", days=2)
    clock.move(days=2)
    assert next(r.facts.number for r in ranked.standing(ctx).items) == three["emergency"], "it ends after its days"


@pytest.mark.django_db(transaction=True)
def test_an_override_ends_when_the_item_is_decided(ctx: Context, three: dict) -> None:
    acts.override(ctx, three["alert"], by("principal"), rank=1, reasons="The envoy lands there tonight.")
    acts.decide(
        ctx, three["alert"], by("desk_officer"), kind="act", reasons="W1: convoys were seen by two readers.",
        options=["D01"], review_on=in_days(ctx, 20), **weighed(three["alert"]),
    )  # fmt: skip
    shown = ranked.standing(ctx)
    assert [r.facts.number for r in shown.items] == [three["emergency"], three["watch"]]
    assert ranked.in_force(ctx.now()) == []
    assert {(r.facts.kind, r.facts.level) for r in shown.tasks} == {("commitment", "alert"), ("review", "alert")}
    with pytest.raises(Refused, match="awaits a decision"):
        acts.override(ctx, three["alert"], by("principal"), rank=1, reasons="The envoy lands there tonight.")
    assert Override.objects.count() == 1


def test_ten_thousand_lines_have_a_stable_top_that_holds_what_matters() -> None:
    """M76: load 10,000, the top 50 is stable, explains rank and holds the seeded key lines."""
    chance = random.Random(20261123)
    noise = [
        Facts(
            "item", n, "MMR", chance.choice(["watch", "watch", "alert"]), False, chance.randint(0, 1),
            NOW + timedelta(hours=chance.randint(24, 300)), NOW - timedelta(hours=n % 97), chance.uniform(0, 8),
        )
        for n in range(1, 10_001)
    ]  # fmt: skip
    key = [
        Facts("item", 20_000 + n, "SDN", "emergency", True, n % 3, NOW + timedelta(hours=12), NOW, 30.0)
        for n in range(12)
    ]
    rules = directive.current()
    top = order(rules, noise + key, NOW)[:50]
    again = order(rules, chance.sample(noise + key, len(noise) + len(key)), NOW)[:50]
    assert top == again
    assert {k.number for k in key} <= {r.facts.number for r in top}
    assert all(r.why for r in top)
