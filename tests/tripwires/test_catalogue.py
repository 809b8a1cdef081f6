"""The tripwire files: whole, within the budget, told to posts that exist."""

import pytest

from tocsin.catalog.directive import current
from tocsin.catalog.tripwires import all_tripwires, get, parse, shipped_backtest
from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.core.errors import Damaged, Misuse

TRIPWIRES = all_tripwires()


def test_every_kind_is_there_and_the_budget_is_twelve_a_year() -> None:
    assert {t.kind for t in TRIPWIRES.values()} == {
        "forecast",
        "event",
        "silence",
        "bell",
        "promise",
        "report",
        "office",
        "feed",
        "collapse",
        "reports_stop",
    }
    assert sum(t.alert_budget.items_per_year or 0 for t in TRIPWIRES.values()) == 12


@pytest.mark.parametrize("tripwire", TRIPWIRES.values(), ids=str)
def test_who_is_told_is_who_the_level_tells(tripwire: Tripwire) -> None:
    directive = current()
    # What two readers dispute is put to a third as well.
    third = ["mission_head"] if tripwire.id == "report_disputed" else []
    assert list(tripwire.told) == [*directive.told(tripwire.level, directive.level(tripwire.level).entry), *third]


def test_every_state_is_read_by_a_forecast_tripwire() -> None:
    """Rule 10 and 11: no state of a place is outside the catalogue's reach."""
    states = {s for t in TRIPWIRES.values() if t.kind == "forecast" for s in t.params.states}
    assert states == {"under way", "none known", "not assessed"}


def test_a_bell_has_no_field_for_a_veto() -> None:
    assert set(get("bell").params.model_dump()) == {"kind", "reasons_required"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("kind: silence", "params are for"),
        ("level: loud", "level"),
        ("question: Is it bad?", "What will we do about"),
        ("alert_budget: {items_per_year: null}", "alert budget"),
        ("surprise: 1", "surprise"),
        ("readiness_days: null", "given together"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(change: str, fault: str) -> None:
    text = TRIPWIRES["forecast_rise"].model_dump_json()
    import json

    from ruamel.yaml import YAML

    data = json.loads(text) | YAML(typ="safe").load(change)
    with pytest.raises(Damaged, match=fault):
        parse(json.dumps(data), "here.yml")


def test_an_unknown_tripwire_names_the_known_ones() -> None:
    with pytest.raises(Misuse, match="event_one_sided"):
        get("nonsense")


def test_another_rule_is_another_digest() -> None:
    one = get("forecast_level")
    other = one.model_copy(update={"params": one.params.model_copy(update={"rearm": 0.5})})
    assert one.digest() != other.digest()
    assert one.model_copy(update={"title": "Said otherwise"}).digest() == one.digest()


@pytest.mark.parametrize("tripwire", [t for t in TRIPWIRES.values() if t.looks_in_runs], ids=lambda t: t.id)
def test_what_is_said_beside_a_rule_disarms_nothing(tripwire: Tripwire) -> None:
    """The time that acting takes changes no firing: the back-test shipped with the rule still counts for it."""
    assert shipped_backtest(tripwire)
    slower = tripwire.model_copy(update={"readiness_days": 90, "action_days": 90})
    assert shipped_backtest(slower) == shipped_backtest(tripwire)


@pytest.mark.parametrize(
    "tripwire", [t for t in TRIPWIRES.values() if t.readiness_days is not None], ids=lambda t: t.id
)
def test_readiness_is_the_decision_clock_of_the_level(tripwire: Tripwire) -> None:
    assert tripwire.readiness_days * 24 == current().level(tripwire.level).decision_hours
