"""A wish for a threshold: one way at a time, refused where it cannot be had, blind to what is scored later."""

import pytest

from tocsin.catalog.tripwires import get
from tocsin.core.errors import Misuse, Refused
from tocsin.core.months import month_index
from tocsin.tripwires import Months, Point, backtest
from tocsin.tripwires.choose import Wish, choose
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.sweep import sweep

LEVEL, RISE, EVENT = get("forecast_level"), get("forecast_rise"), get("event_one_sided")
ONSETS = {f"P{i:02d}": (2003 + i % 4,) for i in range(12)}


def points(last: int = 2022) -> list[Point]:
    """Thirty places: the first dozen have an onset and a risk that grows with their number before it."""
    found = []
    for i in range(30):
        for year in range(1995, last + 1):
            near = i < 12 and year == ONSETS[f"P{i:02d}"][0] - 1
            p = 0.02 * (i + 1) if near else 0.006 + 0.0001 * i
            found.append(Point(f"P{i:02d}", year, p, "none known", previous=0.01))
    return found


FACTS = Facts(ONSETS, {}, 2022)


def wanted(**wish: float) -> float:
    return choose(LEVEL, sweep(LEVEL, points(), FACTS), Wish(**wish)).threshold


def test_a_miss_rate_gives_the_highest_mark_that_keeps_it() -> None:
    # Twelve onsets with risks 0.02, 0.04, … 0.24: at 0.06 two of them are missed, and (2 + 1) / (12 + 1) is 0.23.
    chosen = choose(LEVEL, sweep(LEVEL, points(), FACTS), Wish(miss_rate=0.24))
    assert chosen.threshold == 0.06
    assert chosen.figures == {"miss_rate": 0.24, "onsets": 12, "missed": 2, "bound": pytest.approx(3 / 13)}
    assert "exchangeable" in chosen.words
    assert wanted(miss_rate=0.08) == 0.02


def test_what_cannot_be_promised_is_refused_with_what_could_be() -> None:
    with pytest.raises(Refused, match=r"cannot be promised for forecast_level with 12 onsets; the lowest .* is 7\.7%"):
        wanted(miss_rate=0.05)
    with pytest.raises(Refused, match="with 0 onsets; there is nothing to learn from"):
        choose(LEVEL, sweep(LEVEL, points(), Facts({}, {}, 2022)), Wish(miss_rate=0.5))


def test_costs_set_a_probability_and_a_rise_gets_the_cheapest_mark() -> None:
    assert wanted(cost_false_alarm=1, cost_miss=19) == 0.05
    rise = choose(RISE, sweep(RISE, points(), FACTS), Wish(cost_false_alarm=1, cost_miss=10))
    # Nothing but onsets rises: the lowest of the marks that catch all who stand over the floor of a rise costs least.
    assert rise.figures["cost_on_record"] == 0
    assert rise.threshold == RISE.params.grid.first
    assert "fitted" in rise.words


@pytest.mark.parametrize("wish", [Wish(), Wish(budget=2), Wish(miss_rate=0.3), Wish(cost_false_alarm=1, cost_miss=9)])
def test_nothing_after_the_years_set_apart_for_choosing_is_looked_at(wish: Wish) -> None:
    early = choose(LEVEL, sweep(LEVEL, points(2007), Facts(ONSETS, {}, 2007)), wish)
    later_onsets = {**ONSETS, **{f"P{i}": (2008,) for i in range(12, 30)}}
    assert choose(LEVEL, sweep(LEVEL, points(), Facts(later_onsets, {}, 2022)), wish) == early


def test_events_are_chosen_on_their_own_months() -> None:
    known = range(month_index("1989-01"), month_index("2012-12") + 1)
    spikes = {f"P{i:02d}": {"2001-03": 100 + 10 * i, "2001-09": 1200} for i in range(9)}
    spikes |= {f"Q{i:02d}": {"2002-03": 95} for i in range(9)}
    deaths = {p: dict.fromkeys(known, 0) | {month_index(m): n for m, n in at.items()} for p, at in spikes.items()}
    series = Months(deaths, frozenset(known))
    swept = sweep(EVENT, series, FACTS)
    # Nine campaigns, each announced by 100, 110, … 180 deaths, and nine months of 95 that came to nothing.
    assert choose(EVENT, swept, Wish(miss_rate=0.1)).threshold == 100
    assert choose(EVENT, swept, Wish(miss_rate=0.2)).threshold == 110
    assert choose(EVENT, swept, Wish(cost_false_alarm=1, cost_miss=5)).threshold == 100
    assert choose(EVENT, swept, Wish(cost_false_alarm=1, cost_miss=5)).figures["cost_on_record"] == 0
    assert backtest.events(EVENT, series, FACTS, Wish(miss_rate=0.1))["threshold_from"] == "miss rate"
    for floor in (5, 25, 95, 100, 150, 400):
        assert swept.rate(floor) == len(_walked(series, floor)) / 13


def _walked(series: Months, floor: float) -> list:
    from tocsin.tripwires import event

    return event.walk(EVENT, series, floor, first=month_index("1992-01"), last=month_index("2004-12"))


@pytest.mark.parametrize(
    ("wish", "fault"),
    [
        ({"cost_miss": 3}, "One cost alone"),
        ({"budget": 4, "miss_rate": 0.2}, "one way at a time"),
        ({"threshold": 0.1, "cost_miss": 1, "cost_false_alarm": 1}, "one way at a time"),
        ({"miss_rate": 20}, "between 0 and 1"),
        ({"budget": 0}, "above 0"),
        ({"threshold": -1}, "above 0"),
    ],
)
def test_a_wish_that_cannot_be_understood_is_misuse(wish: dict[str, float], fault: str) -> None:
    with pytest.raises(Misuse, match=fault):
        Wish(**wish)
