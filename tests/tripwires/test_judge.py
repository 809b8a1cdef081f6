"""Sealed before judged: what is counted since, when a rate can be judged, what breaks a promise."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get
from tocsin.core.months import month_index
from tocsin.tripwires import Months, evaluate
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.followed import followed
from tocsin.tripwires.judge import Fired, Look, Sealed, counted, judge
from tocsin.tripwires.outcomes import Events, Forecasts
from tocsin.tripwires.seal import promise, seal

LEVEL, EVENT, BROKEN = get("forecast_level"), get("event_one_sided"), get("broken_promise")
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def sealed(tripwire=LEVEL, read_to: str | None = "2024", **change: object) -> Sealed:
    said = {
        "tripwire_id": tripwire.id,
        "version": tripwire.version,
        "seal_sha256": "s",
        "threshold": "0.05",
        "promise": {"years": "16", "firings": "44", "hits": "3", "false_alarms": "39", "misses": "8", "onsets": "11"},
        "sealed_at": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "judged_from": date(2026, 11, 24),
        "read_to": read_to,
        "by_hand": False,
    }
    return Sealed(**(said | change))  # type: ignore[arg-type]


def year(base: int, fired: int, *, cut: int = 0, now: str | None = "s") -> Look:
    """The run of the spring in which a base year's figures are out."""
    firings = [Fired(f"P{base}{i}", str(base), i < cut) for i in range(fired)]
    return Look(date(base + 2, 4, 1), now, str(base), firings)


def causes(told: dict) -> list[str]:
    return [b["cause"] for b in told["broken"]]


def test_a_promise_kept_says_so_once_a_claim_s_length_was_read() -> None:
    first = judge(LEVEL, sealed(), [year(2025, 3)])
    assert (first["verdict"], first["years"], causes(first)) == ("too early to judge", 1, [])
    both = judge(LEVEL, sealed(), [year(2025, 3), year(2026, 2)])
    assert (both["verdict"], both["firings"], both["years"]) == ("kept", 5, 2)
    assert both["expected"][0] <= 5 <= both["expected"][1]
    assert both["broken"] == []


def test_firing_too_often_or_not_at_all_breaks_it_and_is_a_warning() -> None:
    more = judge(LEVEL, sealed(), [year(2025, 12), year(2026, 11)])
    assert causes(more) == ["more"]
    fewer = judge(LEVEL, sealed(), [year(2025, 0), year(2026, 0), year(2027, 0)])
    assert causes(fewer) == ["fewer"]
    [firing] = evaluate(BROKEN, [more], NOW)
    assert firing.warning_id == "broken_promise.v1.forecast_level.2026-11-24.more"
    assert (
        firing.question
        == "What will we do about the tripwire “Mass-killing risk over the mark”, which broke its promise?"
    )
    assert "it fired 23 times in 2 years of data read since it was sealed" in firing.summary
    assert evaluate(BROKEN, [judge(LEVEL, sealed(), [year(2025, 3)])], NOW) == []


def test_what_was_over_the_mark_when_the_seal_was_made_is_not_held_against_it() -> None:
    """A home that begins fires for every place over the mark at once: no later year repeats that."""
    start = Look(date(2026, 11, 23), "s", "2024", [Fired(f"P{i}", "2024") for i in range(30)])
    again = Look(date(2026, 12, 1), "s", "2024", [Fired(f"Q{i}", "2024", cut=True) for i in range(9)])
    told = judge(LEVEL, sealed(read_to=None), [start, again])
    assert (told["firings"], told["years"], told["broken"]) == (0, 0, [])


def test_a_threshold_that_is_not_the_sealed_one_breaks_it_at_once() -> None:
    told = judge(LEVEL, sealed(), [Look(date(2026, 11, 25), "another", "2024")])
    assert causes(told) == ["seal"]
    assert "not the one that was sealed" in told["broken"][0]["words"]
    assert causes(judge(LEVEL, sealed(), [Look(date(2026, 11, 25), None, "2024")])) == ["seal"]
    # The runs of before the seal, and those after the next one, are no business of this one.
    early = Look(date(2026, 11, 20), "another", "2024")
    assert judge(LEVEL, sealed(), [early])["broken"] == []
    late = [Look(date(2026, 11, 25), "s", "2024"), Look(date(2026, 12, 9), "next", "2024")]
    assert judge(LEVEL, sealed(until=date(2026, 12, 1)), late)["broken"] == []


def test_a_seal_made_after_its_period_began_is_no_promise() -> None:
    assert causes(judge(LEVEL, sealed(judged_from=date(2026, 11, 23)), [])) == ["late"]


def test_what_the_budget_cut_off_year_after_year_is_one_firing_of_its_claim() -> None:
    looks = [Look(date(b + 2, 4, 1), "s", str(b), [Fired("TCD", str(b), cut=True)]) for b in (2025, 2026, 2027)]
    assert [f.period for f in counted(LEVEL, looks, "2024")] == ["2025", "2027"]


def test_months_within_the_quiet_time_are_one_firing_and_a_gap_in_the_data_is_no_quiet_year() -> None:
    looks = [
        Look(date(2027, 2, 1), "s", "2026-12", [Fired("TCD", "2026-12")]),
        Look(date(2027, 3, 1), "s", "2027-01", [Fired("TCD", "2027-01"), Fired("TCD", "2026-12")]),
    ]
    told = judge(EVENT, sealed(EVENT, read_to="2026-10"), looks)
    assert (told["firings"], told["years"]) == (1, round(3 / 12, 2))
    # Nothing was loaded for two years, then a year at once: only the months a run could have fired on were read.
    late = [*looks, Look(date(2029, 2, 1), "s", "2028-12", [])]
    told = judge(EVENT, sealed(EVENT, read_to="2026-10"), late)
    assert told["years"] == round((3 + EVENT.params.recent_months) / 12, 2)
    assert told["verdict"] == "too early to judge"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_looking_twice_at_the_same_figures_counts_once(fired: list[int]) -> None:
    looks = [year(2025 + i, n) for i, n in enumerate(fired)]
    once = judge(LEVEL, sealed(), looks)
    assert judge(LEVEL, sealed(), [*looks, *looks]) == once | {"runs": 2 * once["runs"]}
    assert once["firings"] == sum(fired)


def test_what_followed_is_counted_as_far_as_it_is_known() -> None:
    told = judge(LEVEL, sealed(), [year(2025, 2), year(2026, 1)])
    # A hit, an onset that nobody claimed, and one of a year that no figures read since the seal could have foreseen.
    facts = Facts({"P20250": (2026,), "MLI": (2027,), "NER": (2025,)}, {}, 2027)
    known = Forecasts(LEVEL.params, facts, 2027)
    assert followed(told, known) == {
        "hits": 1, "false_alarms": 1, "undecided": 1, "onsets": 2, "misses": 1,
        "came_true": {"share": 0.5, "interval": [0.013, 0.987], "promised": 0.071, "fits": True},
        "missed": {"share": 0.5, "interval": [0.013, 0.987], "promised": 0.727, "fits": True},
    }  # fmt: skip
    nothing = followed(judge(LEVEL, sealed(read_to=None), []), known)
    assert (nothing["hits"], nothing["onsets"], nothing["came_true"]["fits"]) == (0, 0, None)
    months = range(month_index("2024-01"), month_index("2029-12") + 1)
    deaths = {"P20250": dict.fromkeys(months, 0) | {month_index("2027-05"): 1500}}
    events = Events.until(EVENT.params, Months(deaths, frozenset(months)), month_index("2029-12"))
    told = judge(
        EVENT, sealed(EVENT, "2026-10"), [Look(date(2027, 2, 1), "s", "2026-12", [Fired("P20250", "2026-12")])]
    )
    assert (followed(told, events)["hits"], followed(told, events)["misses"]) == (1, 0)


def test_a_claim_from_before_the_seal_covers_an_onset_after_it() -> None:
    facts = Facts({"TCD": (2026,)}, {}, 2027)
    before = Look(date(2026, 5, 1), "s", "2024", [Fired("TCD", "2024")])
    after = [year(2025, 0)]
    known = Forecasts(LEVEL.params, facts, 2027)
    assert followed(judge(LEVEL, sealed(), [before, *after]), known)["misses"] == 0
    assert followed(judge(LEVEL, sealed(), after), known)["misses"] == 1


BACKTEST = {"years": 16, "firings": 44, "firings_per_year": 2.75, "hits": 3, "fired": [{"place_id": "TCD"}]}


def test_the_seal_covers_rule_threshold_and_promise_and_nothing_else() -> None:
    one = seal(LEVEL, 0.0525, promise(BACKTEST))
    assert one == seal(LEVEL, 0.0525, promise({**BACKTEST, "caveats": ["said otherwise"]}))
    assert one == seal(LEVEL.model_copy(update={"title": "Said otherwise"}), 0.0525, promise(BACKTEST))
    stricter = LEVEL.model_copy(update={"params": LEVEL.params.model_copy(update={"rearm": 0.5})})
    others = [
        seal(LEVEL, 0.05, promise(BACKTEST)),
        seal(LEVEL, 0.0525, promise({**BACKTEST, "firings": 45})),
        seal(stricter, 0.0525, promise(BACKTEST)),
        seal(LEVEL.model_copy(update={"version": 2}), 0.0525, promise(BACKTEST)),
    ]
    assert len({one, *others}) == 5
    assert all(value is None or isinstance(value, str) for value in promise(BACKTEST).values())


@pytest.mark.parametrize("kind", ["forecast_level", "event_one_sided"])
def test_nothing_is_judged_without_a_run(kind: str) -> None:
    told = judge(get(kind), sealed(get(kind)), [])
    assert (told["firings"], told["runs"], told["broken"]) == (0, 0, [])
    assert told["verdict"] == "too early to judge"
