"""World Bank, UNHCR, INFORM, IPC and HDX HAPI: what each plan asks, and what the answers say once they are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from tests.evidence.sources.drive import NOW, asked, readings

from tocsin.evidence.fetch.ask import Answer, Unusable, Wanted
from tocsin.evidence.indicators.popping import month_of
from tocsin.evidence.indicators.schema import KEY, table
from tocsin.evidence.sources import FileRefused, Part, Reading, read, spec
from tocsin.evidence.sources.worldbank.fetch import plan as bank

MINE = ("worldbank", "unhcr", "inform_risk", "inform_severity", "ipc", "hdx_hapi")
SECRET = "a-key-of-the-simulator"


@pytest.mark.parametrize("source_id", MINE)
def test_every_answer_is_read_whole_and_no_row_breaks_a_rule(source_id: str) -> None:
    found = readings(source_id)
    assert found
    for name, reading in found.items():
        assert reading.rows_in > 0, name
        assert not reading.bad, [i for i in reading.issues if i.weight == "row"][:3]
        assert not [i for i in reading.issues if i.weight in {"warn", "file"}], reading.issues[:3]
        assert any(table.height for table in reading.tables.values())


@pytest.mark.parametrize("source_id", MINE)
def test_a_secret_is_named_as_one_and_stands_in_no_address(source_id: str) -> None:
    _, questions, _ = asked(source_id)
    for ask in questions:
        sent = {**ask.params, **ask.headers}
        assert {name for name, value in sent.items() if SECRET in value} == set(ask.secret)
        assert SECRET not in ask.url
        assert SECRET not in ask.name
    assert bool(spec(source_id).live.secrets) is any(ask.secret for ask in questions)  # type: ignore[union-attr]


def test_the_world_bank_is_asked_for_whole_series_and_says_its_own_refusal() -> None:
    files, questions, _ = asked("worldbank")
    assert [a.params["page"] for a in questions if "SP.POP.TOTL" in a.url] == ["1", "2", "3"]
    found = readings("worldbank")
    people = found["SP.POP.TOTL.json"].tables["country_year"]
    assert people.filter(pl.col("place_id") == "SDN").sort("year")["value"].to_list() == [48715663.0, 50222333.0]
    assert set(people["place_id"]) == {"AFG", "TCD", "SDN"}, "the world is no place"
    growth = found["NY.GDP.PCAP.KD.ZG.json"].tables["country_year"]
    assert growth.filter(pl.col("place_id") == "AFG")["year"].to_list() == [2023], "a null is a year without a figure"
    assert growth["value"].min() == pytest.approx(-12.125)
    with pytest.raises(FileRefused, match=r"the publisher says there are 8"):
        read("worldbank", files["SP.POP.TOTL.json"][:2], NOW)
    asking = bank(Wanted(NOW, "https://api.worldbank.org/v2"))
    next(asking)
    told = b'[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
    with pytest.raises(Unusable, match="not valid"):
        asking.send(Answer(200, {}, told, "", NOW))


def test_unhcr_is_read_by_iso_codes_and_a_zero_nobody_counted_is_told() -> None:
    found = readings("unhcr")
    table = found["population.json"].tables["country_year"]

    def value(indicator: str, place: str) -> list[float]:
        of = table.filter(pl.col("indicator") == indicator, pl.col("place_id") == place)
        return of.sort("year")["value"].to_list()

    assert value("refugees_from", "SDN") == [711000.0, 782100.0]
    assert value("idps", "SDN") == [9100000.0, 10010000.0]
    assert value("refugees_in", "AUT") == [15.0, 15.0], "UNHCR's own AUS is Austria, ISO 3166's is Australia"
    assert not value("refugees_in", "AUS")
    assert found["idmc.json"].tables["country_year"]["indicator"].unique().to_list() == ["idps_idmc"]
    files, _, _ = asked("unhcr")
    early = [p.data.replace(b'"year": 2024', b'"year": 1999') for p in files["population.json"]]
    told = read("unhcr", [type(files["population.json"][0])("population.json", d) for d in early], NOW)
    assert [i.rule for i in told.issues] == ["not-counted"]
    assert "before 2009" in told.issues[0].message


def test_inform_risk_is_ten_years_worked_out_anew() -> None:
    rows = readings("inform_risk")["inform_risk_trends.json"].tables["indicators"]
    assert set(rows["indicator"]) == {"INFORM", "HA", "VU", "CC"}
    assert set(rows["status"]) == {"worked out anew"}
    assert rows.filter(pl.col("place_id") == "SDN", pl.col("indicator") == "HA")["value"].to_list() == [8.2, 8.2]


def test_severity_is_by_crisis_and_a_month_that_is_not_out_is_asked_for_again() -> None:
    files, questions, last = asked("inform_severity", since=date(2026, 9, 1))
    assert sorted(files) == ["inform_severity_2026-09.json", "inform_severity_2026-10.json"]
    assert last == {"newest": "2026-10"}
    assert [a.url.rsplit("/", 2)[1] for a in questions] == ["Sep2026", "Oct2026", "Oct2026"]
    later, _, told = asked("inform_severity", last=last, now=datetime(2026, 12, 5, tzinfo=UTC))
    assert sorted(later) == sorted(files), "November is not out, and the last months are corrected"
    assert told == {"newest": "2026-10"}
    rows = read("inform_severity", files["inform_severity_2026-10.json"], NOW).tables["indicators"]
    sudan = rows.filter(pl.col("place_id") == "SDN", pl.col("indicator") == "severity").sort("detail")
    assert sudan.select("detail", "value").rows() == [
        ("crisis REG903: Invented regional crisis, over 2 countries", 4.1),
        ("crisis SDN901: Invented complex crisis", 4.8),
    ]


def test_the_ipcs_analyses_are_of_the_state_its_groups_and_areas_and_are_never_added_up() -> None:
    rows = next(iter(readings("ipc").values())).tables["indicators"]
    sudan = rows.filter(pl.col("place_id") == "SDN", pl.col("indicator") == "phase3plus")
    assert sudan.select("area", "period", "until", "status", "value").sort("area", "status").rows() == [
        ("", "2026-09", "2026-12", "current", 16000000.0),
        ("", "2027-01", "2027-05", "first projection", 18000000.0),
        ("First group", "2026-09", "2026-12", "current", 10000000.0),
        ("First group / An area", "2026-09", "2026-12", "current", 5000000.0),
    ]
    area = rows.filter(pl.col("area") == "First group / An area", pl.col("status") == "first projection")
    assert set(area["indicator"]) == {"phase5", "phase5_share"}, "a figure that is null makes no row"
    assert {d.split(", ")[1] for d in area["detail"]} == {"people analysed not said"}


def test_hapi_gives_people_in_need_by_sector_and_the_displaced_by_round() -> None:
    found = readings("hdx_hapi")
    needs = found["humanitarian_needs.json"].tables["indicators"].filter(pl.col("place_id") == "SDN")
    assert set(needs["indicator"]) == {"in_need_intersectoral", "in_need_fsc", "in_need_pro"}
    assert needs.filter(pl.col("indicator") == "in_need_pro")["detail"].min() == "Children"
    assert set(needs.select("period", "until").rows()) == {("2026-01", "2026-12")}
    rounds = found["idps.json"].tables["indicators"].filter(pl.col("place_id") == "SDN")
    assert rounds["detail"].to_list() == [
        f"operation Invented operation, reporting round {n}, assessment type baseline assessment" for n in (11, 12)
    ]
    assert not rounds.select(KEY).is_duplicated().any()


@pytest.mark.parametrize("source_id", MINE)
def test_an_answer_that_is_something_else_is_unusable_or_refused(source_id: str) -> None:
    _, (first, *_), _ = asked(source_id)
    for body in (b'{"message": "sorry"}', b"<html>", b"null", b"[]"):
        with pytest.raises((Unusable, FileRefused)):
            _answered(source_id, body)
    assert first.accept == ("application/json",)


def _answered(source_id: str, body: bytes) -> None:
    """Send one body to every question of a plan, and read what would be kept."""
    from importlib import import_module

    from tocsin.evidence.sources import Part

    live = spec(source_id).live
    assert live is not None
    secrets = dict.fromkeys(live.secrets, "s")
    plan = import_module(f"tocsin.evidence.sources.{source_id}.fetch").plan(Wanted(NOW, live.base, secrets=secrets))
    ask = next(plan)
    with suppress(StopIteration):
        plan.send(Answer(200, {}, body, ask.url, NOW))
    read(source_id, [Part(ask.name, body)], NOW)


def ipc(change: Callable[[dict[str, Any]], object]) -> Reading:
    """Read the sample of the IPC with its first analysis changed."""
    (parts,) = asked("ipc")[0].values()
    records = json.loads(parts[0].data)
    change(records[0])
    return read("ipc", [Part("ipc.json", json.dumps(records).encode())], NOW)


def test_a_field_that_the_ipc_adds_is_told_and_stops_nothing() -> None:
    found = ipc(lambda r: r.update(brand_new="x"))
    assert not found.bad
    assert [i.column for i in found.issues if i.rule == "columns"] == ["brand_new"]
    assert "SDN" in set(found.tables["indicators"]["place_id"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("phase5_population", -5), ("phase5_percentage", 40), ("phase4_population", "NaN"), ("p3plus", "inf"),
     ("phase3_population", [1000]), ("phase3_population", True), ("areas", "none"), ("areas", [7])],
)  # fmt: skip
def test_an_analysis_with_an_impossible_group_or_area_is_set_aside_whole(column: str, value: object) -> None:
    for change in (
        lambda r: r["groups"][0].update({column: value}),
        lambda r: r["groups"][0]["areas"][0].update({column: value}) if column != "areas" else r.update(areas=value),
    ):
        found = ipc(change)
        assert {i.rule for i in found.issues if i.weight == "row"} == {"units"}
        assert found.bad == {1}
        assert "SDN" not in set(found.tables["indicators"]["place_id"])
    of_state = ipc(lambda r: r.update(phase5_population="inf"))
    assert [(i.rule, i.column) for i in of_state.issues if i.weight == "row"] == [("not-a-number", "phase5_population")]


@pytest.mark.parametrize(
    ("text", "month"),
    [("2024-02-29", "2024-02"), ("2024-02-31", None), ("2024-05-17 and more", None), ("Jun 2021", "2021-06"),
     ("2024-05-17T10:00:00Z", "2024-05"), ("2024-05-17 00:00:00.000000", "2024-05"), ("0021-06-30", None),
     ("Jun 1021", None)],
)  # fmt: skip
def test_a_month_is_read_of_a_day_that_exists_and_of_nothing_else(text: str, month: str | None) -> None:
    assert month_of(text) == month


HEAD = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number,Percentage"


def analysis(whole: int, *, off: float = 0.0) -> list[str]:
    """The seven lines of one analysis, of the same place and months each time; its shares off by so much."""
    shares = {"all": 1.0, "3+": 0.5, "1": 0.2, "2": 0.3, "3": 0.3, "4": 0.15, "5": 0.05}
    start = "May 2021,ETH,114964000,current,2021-05-01,2021-06-30"
    return [f"{start},{p},{round(whole * s)},{s if p == 'all' else round(s + off, 2)}" for p, s in shares.items()]


def ipc_lines(*lines: str) -> Reading:
    return read("ipc", ("\n".join([HEAD, *lines]) + "\n").encode(), NOW, "ipc.csv")


def test_phases_of_an_analysis_that_lost_its_row_of_all_people_are_not_counted_into_the_one_above() -> None:
    """Two analyses of the same place and months: what is cut out between them leaves no key that tells them apart."""
    one, other = analysis(1_000_000), analysis(400_000)
    assert not ipc_lines(*one, *other).bad
    for upto in range(2, 6):
        assert ipc_lines(*one[:upto], *other[upto:]).bad == set(range(upto + 1, 8)), "all from the cut on"
    broken = f"{one[3][:60]}{other[3][50:]},"
    assert {4, 5, 6, 7} <= ipc_lines(*one[:3], broken, *other[4:]).bad
    near = analysis(960_000)
    assert ipc_lines(*one[:4], *near[4:]).bad <= {5, 6, 7}


def test_an_analysis_that_is_odd_throughout_stays_as_its_publisher_has_it_and_is_told() -> None:
    """The publisher's own: one phase off by 0.03, or all of them by more."""
    found = ipc_lines(*analysis(1_000_000, off=0.24), *(line.replace("ETH", "KEN") for line in analysis(50_000)))
    assert not found.bad
    assert ipc_lines(*analysis(79_462, off=0.03)).bad == set()


def test_a_row_of_all_people_that_is_some_of_them_is_set_aside_with_what_stands_under_it() -> None:
    one = analysis(1_000_000)
    cut = one[0].replace("1000000,1.0", "10000,0.05")
    assert ipc_lines(cut, *one[1:]).bad == set(range(1, 8))


def test_a_row_of_all_people_that_its_phases_do_not_add_up_to_is_told() -> None:
    """One wrong digit in it stands in the label of every phase: named when it is much, counted when it is little."""
    one = analysis(1_000_000)
    for said, weight, row in (("1100000", "warn", 1), ("1010000", "note", None), ("1000001", "", None)):
        found = ipc_lines(one[0].replace("1000000", said), *one[1:])
        assert not found.bad
        assert [(i.weight, i.row) for i in found.issues if i.rule == "sum"] == ([(weight, row)] if weight else [])
    assert not [i for i in ipc_lines(*one[:5]).issues if i.rule == "sum"], "of three phases nothing is known"


def test_phases_under_a_row_that_could_not_be_read_are_set_aside_when_none_fits_the_row_above_it() -> None:
    one, other = analysis(1_000_000), analysis(200_000)
    assert ipc_lines(one[0], f"6-30,{other[0]}", *other[1:]).bad == {2, *range(3, 9)}
    assert ipc_lines(one[0], f"6-30,{one[1]}", *one[2:]).bad == {2}, "all that is left fits"


def test_figures_that_nothing_tells_apart_stay_in_the_order_of_the_answer() -> None:
    """So the table of a large answer, made an indicator at a time, is the table made at once, to the byte."""
    areas = [{"name": "One", "estimated_population": 1000, "phase5_population": n % 7} for n in range(400)]
    rows = ipc(lambda r: r.update(areas=areas)).tables["indicators"].filter(pl.col("area") == "One")
    assert rows.filter(pl.col("indicator") == "phase5")["value"].to_list() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    many = pl.DataFrame({"place_id": "SDN", "period": "2026-01", "value": [float(n) for n in range(2000, 0, -1)],
                         "indicator": ["b", "a"] * 1000})  # fmt: skip
    assert table(many)["value"].to_list() == [*range(1999, 0, -2), *range(2000, 0, -2)]
