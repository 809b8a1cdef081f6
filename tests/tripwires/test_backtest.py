"""Back-tests and thresholds on records small enough to check by hand."""

import pytest

from tocsin.catalog.tripwires import get
from tocsin.core.errors import Refused
from tocsin.core.months import month_index
from tocsin.tripwires import Months, Point, backtest
from tocsin.tripwires.choose import Wish, choose
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.sweep import sweep

LEVEL, EVENT = get("forecast_level"), get("event_one_sided")
NOBODY = Facts({}, {}, 2024)


def record(place_id: str, risks: dict[int, float], state: str = "none known") -> list[Point]:
    return [Point(place_id, year, p, state) for year, p in risks.items()]


def flat(p: float, **at: float) -> dict[int, float]:
    return {year: at.get(f"y{year}", p) for year in range(2000, 2023)}


RECORD = [
    *record("TCD", flat(0.01, y2010=0.2)),
    *record("NER", flat(0.01, y2012=0.2, y2020=0.2)),
    *record("MLI", flat(0.01)),
]
FACTS = Facts({"TCD": (2012,), "MLI": (2015,), "NER": (2008,)}, {}, 2022)


def test_hits_misses_false_alarms_and_lead() -> None:
    result = backtest.forecasts(LEVEL, RECORD, FACTS, Wish(threshold=0.1))
    # Scored on 2008..2022: TCD 2010 came true in 2012, NER 2012 and 2020 did not, MLI 2015 was never seen.
    assert (result["hits"], result["false_alarms"], result["misses"]) == (1, 2, 1)
    assert result["firings"] == 3
    assert result["firings_per_year"] == 0.2
    assert result["years"] == 15
    assert result["median_lead_days"] == 548
    assert [o for o in result["onset_list"] if not o["caught"]] == [
        {"place_id": "MLI", "onset": "2015", "caught": False}
    ]


def test_a_window_that_is_not_over_is_undecided_not_a_false_alarm() -> None:
    result = backtest.forecasts(LEVEL, RECORD, Facts({}, {}, 2021), Wish(threshold=0.1))
    assert (result["hits"], result["false_alarms"], result["undecided"]) == (0, 2, 1)
    assert result["median_lead_days"] is None


def test_another_threshold_tells_another_story() -> None:
    """M39: change a threshold and see how many past cases would have fired, and with what false alarms."""
    strict = backtest.forecasts(LEVEL, RECORD, FACTS, Wish(threshold=0.3))
    loose = backtest.forecasts(LEVEL, RECORD, FACTS, Wish(threshold=0.01))
    assert strict["firings"] == 0
    assert strict["misses"] == 2
    assert loose["misses"] == 0
    assert loose["firings"] > 15


def test_the_threshold_is_the_lowest_that_keeps_the_budget_on_the_years_named() -> None:
    many = [p for i in range(60) for p in record(f"P{i:02d}", flat(0.001 * i))]
    swept = sweep(LEVEL, many, NOBODY)
    mark = choose(LEVEL, swept, Wish()).threshold
    assert swept.rate(mark) <= 4
    assert swept.rate(round(mark - LEVEL.params.grid.step, 6)) > 4
    earlier = [p for p in many if p.base_year <= 2007]
    assert choose(LEVEL, sweep(LEVEL, earlier, NOBODY), Wish()).threshold == mark


def test_bell_and_silence_have_no_threshold() -> None:
    with pytest.raises(Refused, match="no alert budget"):
        choose(get("bell"), sweep(LEVEL, RECORD, NOBODY), Wish())


FIRST, LAST = month_index("1989-01"), month_index("2021-06")


def months(**places: dict[str, int]) -> Months:
    known = range(FIRST, LAST + 1)
    deaths = {p: dict.fromkeys(known, 0) | {month_index(m): n for m, n in at.items()} for p, at in places.items()}
    return Months(deaths, frozenset(known))


WORLD = months(
    # Foreseen: 200 in January, over a thousand within the year by May.
    CAF={"2013-01": 200, "2013-05": 900},
    # Seen as it happened.
    LKA={"2009-04": 2000},
    # Came to nothing.
    TCD={"2008-02": 300},
    # Already running: the second firing is not scored.
    SDN={"2004-11": 1500, "2005-02": 100, "2005-08": 1600},
    # Too late to tell.
    MMR={"2021-03": 250},
    # Never over the floor in any month, and yet a thousand in a year.
    NGA={f"2012-{m:02d}": 95 for m in range(1, 13)},
)


def test_event_backtest_by_hand() -> None:
    result = backtest.events(EVENT, WORLD, NOBODY, Wish(threshold=100))
    outcomes = {(f["place_id"], f["fired"]): f["outcome"] for f in result["fired"]}
    assert outcomes == {
        ("CAF", "2013-01"): "hit",
        ("LKA", "2009-04"): "same month",
        ("TCD", "2008-02"): "false alarm",
        ("SDN", "2005-08"): "running",
        ("MMR", "2021-03"): "undecided",
    }
    assert (result["hits"], result["false_alarms"], result["undecided"]) == (1, 1, 1)
    assert result["median_lead_days"] == 120
    missed = {(o["place_id"], o["onset"]) for o in result["onset_list"] if not o["caught"]}
    assert missed == {("LKA", "2009-04"), ("NGA", "2012-11")}


def test_a_gap_ends_the_scored_months() -> None:
    later = {month_index("2025-01"): 0, month_index("2025-02"): 5000}
    known = WORLD.known | set(later)
    deaths = {p: dict(d) for p, d in WORLD.deaths.items()} | {"PSE": later}
    result = backtest.events(EVENT, Months(deaths, frozenset(known)), NOBODY, Wish(threshold=100))
    assert result["scored_on"] == {"first": "2005-01", "last": "2021-06"}
    assert not [f for f in result["fired"] if f["place_id"] == "PSE"]


def test_against_the_independent_facts() -> None:
    facts = Facts({"CAF": (2013,), "MMR": (2021,), "NGA": (2012,)}, {"SDN": ((2003, 2019),)}, 2024)
    against = backtest.events(EVENT, WORLD, facts, Wish(threshold=100))["against_mass_killing_onsets"]
    # SDN is under way and so not judged; LKA and TCD came to nothing by this list; NGA was never fired on.
    assert against == {"firings": 4, "hits": 2, "misses": 1, "false_alarms": 2, "undecided": 0}


def test_every_back_test_says_what_it_could_not_know() -> None:
    assert any("look ahead" in c for c in backtest.EVENT_CAVEATS)
    for result in (
        backtest.events(EVENT, WORLD, NOBODY, Wish(threshold=100)),
        backtest.forecasts(LEVEL, RECORD, FACTS, Wish(threshold=0.1)),
    ):
        assert any("vintage" in c for c in result["caveats"])
