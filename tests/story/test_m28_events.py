"""M28. Three conflicting reports of one event: one merged event, three sources, disagreement displayed, and undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evidence.events.told import row, took

from tocsin.catalog.fusion import rules
from tocsin.cli.main import main
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import judged_events
from tocsin.evidence.events import keep, one
from tocsin.evidence.events.listing import Asked, page
from tocsin.evidence.events.rebuild import rebuild
from tocsin.evidence.store import load, load_tables
from tocsin.response.register import event_judgements
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db
ANALYST = Actor("analyst", None, "cli", "amal")
LIST = """id,reported_by,date_start,place,kind,deaths_best,deaths_low,deaths_high,latitude,longitude,geo_precision,\
where_text,actor_a,actor_b
7,Clinic network,2024-05-03,السودان,one_sided,31,25,40,,,,الفاشر,قوات الدعم السريع,مدنيون
M-1,Market union,2024-05-03,SDN,one_sided,70,,,13.64,25.35,point,Al Fashir,Rapid Support Forces,Civilians
"""


@pytest.fixture
def loaded(ctx: Context, tmp_path: Path) -> Context:
    """A home in which one source reports an event and a list of two organisations reports it too."""
    took(ctx, row("ucdp_ged"))
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    outcome = load(ctx, "event_list", path, "analyst")
    assert outcome.outcome == "accepted", outcome.issues
    return ctx


def test_m28_three_conflicting_reports_are_one_event_with_three_sources(loaded: Context) -> None:
    (event,) = page(loaded, Asked("SDN")).events
    assert event.said == [("event_list/Clinic network", 31), ("event_list/Market union", 70), ("ucdp_ged", 12)]
    assert event.dead == (12, 70)
    shown = one.event(loaded, event.ref)
    assert shown is not None
    (dead,) = (d for d in shown.differences if d.what == "dead")
    assert [value for value, _ in dead.said] == ["12", "31", "70"]
    reasons = [line.said for pair in shown.why for line in pair.compared.lines]
    assert any("the same place by name" in said for said in reasons)
    assert any("the same day" in said for said in reasons)


def test_a_split_is_entered_and_taken_back_and_a_lost_store_keeps_to_it(loaded: Context) -> None:
    whole = page(loaded, Asked("SDN"))
    union = next(r["ref"] for r in one.event(loaded, whole.events[0].ref).rows if r["deaths_best"] == 70)
    with pytest.raises(Refused, match="with why"):
        judged_events.split(loaded, ANALYST, union, "no")
    assert page(loaded, Asked("SDN")) == whole
    made = judged_events.split(loaded, ANALYST, union, "The market burned a day later than the clinic was hit")
    assert sorted(len(e.said) for e in page(loaded, Asked("SDN")).events) == [1, 2]
    entry = LedgerEntry.objects.get(pk=made.ledger_seq)
    assert (entry.kind, made.seen["rule"]) == ("event.judged", rules().version)

    took(loaded, row("ucdp_ged"))  # what is told again changes nothing of what was judged
    keep.path(loaded).unlink()
    rebuild(loaded)
    judged_events.hand_over(loaded)
    # Only files that were loaded are there again: the report that a test put in is not.
    assert sorted(len(e.said) for e in page(loaded, Asked("SDN")).events) == [1, 1]
    judged_events.take_back(loaded, ANALYST, made.pk, "The clinic's list was off by one day, as it says itself")
    assert [len(e.said) for e in page(loaded, Asked("SDN")).events] == [2]
    (told,) = event_judgements.about([union])
    assert told["back"]["by"] == "analyst"
    with pytest.raises(Refused, match="taken back already"):
        judged_events.take_back(loaded, ANALYST, made.pk, "Once more for good measure")


def test_an_unsure_pair_waits_and_a_person_says(ctx: Context) -> None:
    took(ctx, row("a", latitude=None, longitude=None, where_text=None, admin1="North Darfur"))
    took(ctx, row("b", deaths_high=90))
    found, _, many = one.queue(ctx, "SDN")
    assert (many, found[0].deaths) == (1, 12)
    pair = (found[0].beside.one, found[0].beside.other)
    with pytest.raises(Misuse):
        judged_events.judge(ctx, ANALYST, "maybe", pair, "They look alike to me, somehow")
    judged_events.judge(ctx, ANALYST, "same", pair, "The same clinic counted both, it says so")
    assert [len(e.said) for e in page(ctx, Asked("SDN")).events] == [2]
    assert one.queue(ctx)[2] == 0
    with pytest.raises(Refused, match="stands already"):
        judged_events.judge(ctx, ANALYST, "same", pair, "The same clinic counted both, it says so")


def test_a_judgement_that_later_ones_make_impossible_is_told_to_be_passed_over(ctx: Context) -> None:
    took(ctx, row("a"))
    took(ctx, row("b", latitude=15.0))
    took(ctx, row("c", latitude=17.0))
    a, b, c = (e.ref for voice in "abc" for e in page(ctx, Asked("SDN", source=voice)).events)
    first = judged_events.judge(ctx, ANALYST, "apart", (a, c), "Two towns, a day's drive from one another")
    judged_events.judge(ctx, ANALYST, "same", (a, b), "The same convoy, by the number of its plates")
    last = judged_events.judge(ctx, ANALYST, "same", (b, c), "The same convoy again, by the driver's name")
    told = {j["number"]: j["passed"] for j in judged_events.about(ctx, [a])}
    assert told[first.pk] == {"pairs": 1, "of": 1, "by": [first.pk + 1, last.pk]}
    judged_events.take_back(ctx, ANALYST, last.pk, "The driver was another man of that name")
    assert {j["number"]: j["passed"] for j in judged_events.about(ctx, [a])}[first.pk] is None
    assert [len(e.said) for e in page(ctx, Asked("SDN")).events] == [1, 2]


def test_on_the_command_line(
    loaded: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(loaded.settings.home))
    capsys.readouterr()
    assert main(["--json", "events", "list", "Sudan", "--words", "الفاشر"]) == 0
    (event,) = json.loads(capsys.readouterr().out)["events"]
    assert main(["events", "show", event["ref"]]) == 0
    said = "dead differs: 12: ucdp_ged; 31: event_list/Clinic network; 70: event_list/Market union"
    assert said in capsys.readouterr().out
    day = loaded.now().date()
    as_of = ["--as-of", str(day)]
    assert main(["--json", "events", "list", "Sudan", *as_of]) == 0
    assert json.loads(capsys.readouterr().out)["events"][0]["ref"] == event["ref"]
    assert main(["--json", "events", "list", "Sudan", "--as-of", str(day.replace(year=2020))]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == []
    assert main(["events", "show", event["ref"], *as_of]) == 0
    assert said in capsys.readouterr().out
    assert main(["events", "list", "Sudan", "--as-of", "2999-01-01"]) == 2
    capsys.readouterr()
    assert main(["events", "queue"]) == 0
    assert "0 pairs wait" in capsys.readouterr().out
    assert main(["events", "show", "x"]) == 2


def test_a_list_of_one_side_lowers_what_no_other_said(loaded: Context, tmp_path: Path) -> None:
    """A ministry says nobody died, then takes its event back: what the clinics and UCDP say stands as it was."""
    others = [("event_list/Clinic network", 31), ("event_list/Market union", 70), ("ucdp_ged", 12)]
    months = load_tables(loaded).country_month
    theirs = LIST.splitlines()[0] + "\nG-1,Ministry,2024-05-03,SDN,one_sided,{dead},,,13.64,25.35,point,Al Fashir,,\n"
    for dead in ("40", "0", ""):
        path = tmp_path / "ministry.csv"
        path.write_text(theirs.format(dead=dead), encoding="utf-8")
        outcome = load(loaded, "event_list", path, "analyst")
        said = [line for event in page(loaded, Asked("SDN")).events for line in event.said]
        assert sorted(line for line in said if line[0] != "event_list/Ministry") == others
        if dead != "40":
            assert outcome.outcome == "warned", "its own figure fell, and that is told"
            assert any("say fewer dead" in str(i["message"]) for i in outcome.issues)
    # Whose voice a row is stands in the file, so who hands it over can write over another's: never without a word.
    path.write_text(LIST.replace("one_sided,31,25,40", "one_sided,0,0,0"), encoding="utf-8")
    outcome = load(loaded, "event_list", path, "analyst")
    assert any("say fewer dead" in str(i["message"]) and i["weight"] == "warn" for i in outcome.issues)
    assert load_tables(loaded).country_month.equals(months), "no list of events reaches a figure a model reads"
