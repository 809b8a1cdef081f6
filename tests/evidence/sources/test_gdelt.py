"""GDELT: columns by position, places by a table, files by the publisher's lists; never a number of the dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.evidence.engines.events import export, line
from tests.fakes.publishers import Request
from tests.fakes.publishers import gdelt as publisher

from tocsin.catalog.geography import places
from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted
from tocsin.evidence.sources import FileRefused, read, spec
from tocsin.evidence.sources.gdelt.fetch import plan
from tocsin.evidence.sources.gdelt.read import places_of_fips
from tocsin.evidence.sources.spec import sample_folder

NOW = datetime(2026, 3, 1, 0, 40, tzinfo=UTC)
BASE = "https://data.gdeltproject.org/gdeltv2"
WANTED = Wanted(now=NOW, base=BASE)


def asked(steps: Plan, changed: dict[str, bytes] | None = None, absent: str = "") -> tuple[list[Ask], object]:
    """Lead a plan to its publisher and return what it asked and what it says at its end."""
    asks: list[Ask] = []
    answer: Answer | None = None
    while True:
        try:
            ask = steps.send(answer) if answer else next(steps)
        except StopIteration as end:
            return asks, end.value
        asks.append(ask)
        path = ask.url.removeprefix("https://data.gdeltproject.org")
        reply = publisher.answer(Request("GET", "data.gdeltproject.org", path), sample_folder("gdelt"))
        body = (changed or {}).get(ask.name, reply.body)
        status = 404 if absent and absent in ask.url else reply.status
        assert status == 200 or status in ask.also, ask.url
        answer = Answer(status, reply.headers, body, ask.url, NOW)


def listed(moment: str) -> bytes:
    """A list of one file of that moment."""
    return f"10 {'0' * 32} http://data.gdeltproject.org/gdeltv2/{moment}.export.CSV.zip\n".encode()


def test_the_first_fetch_takes_the_newest_file_and_the_next_ones_what_came_since() -> None:
    asks, last = asked(plan(WANTED))
    assert [a.name for a in asks] == ["lastupdate.txt", "20260301003000.export.CSV.zip"]
    assert [a.keep for a in asks] == [False, True], "the lists serve the plan alone"
    assert all(a.url.startswith("https://") for a in asks), "the lists say http; nothing is asked for without TLS"
    assert last == {"moment": "20260301003000"}
    asks, again = asked(plan(replace(WANTED, last=last)))
    assert [a.name for a in asks] == ["lastupdate.txt"]
    assert again == last
    asks, _ = asked(plan(replace(WANTED, last={"moment": "20260301001500"})))
    assert [a.name for a in asks] == ["lastupdate.txt", "20260301003000.export.CSV.zip"], "no long list for one file"
    asks, _ = asked(plan(replace(WANTED, last={"moment": "20260228234500"})))
    files = [f"20260301{moment}.export.CSV.zip" for moment in ("000000", "001500", "003000")]
    assert [a.name for a in asks] == ["lastupdate.txt", "masterfilelist.txt", *files]


def test_a_time_may_be_asked_for_and_one_without_files_is_said() -> None:
    asks, _ = asked(plan(replace(WANTED, since=date(2026, 2, 28), until=date(2026, 2, 28))))
    assert [a.name for a in asks][2:] == ["20260228234500.export.CSV.zip"]
    with pytest.raises(Unusable, match="none of the time"):
        asked(plan(replace(WANTED, since=date(2014, 1, 1), until=date(2014, 2, 1))))


def test_a_listed_file_that_never_came_is_passed_over_and_the_rest_is_fetched() -> None:
    asks, last = asked(plan(replace(WANTED, last={"moment": "20260228234500"})), absent="20260301001500")
    assert len(asks) == 5
    assert last == {"moment": "20260301003000"}


def test_listed_files_of_which_none_is_there_are_no_news_that_there_is_nothing_new() -> None:
    with pytest.raises(Unusable, match="none is there"):
        asked(plan(replace(WANTED, last={"moment": "20260301001500"})), absent="20260301003000")


def test_named_days_leave_the_mark_from_which_the_next_fetch_goes_on() -> None:
    last = {"moment": "20260228000000"}
    assert asked(plan(replace(WANTED, since=date(2026, 3, 1), last=last)))[1] == last
    assert asked(plan(replace(WANTED, since=date(2026, 2, 28), until=date(2026, 2, 28))))[1] is None
    assert asked(plan(replace(WANTED, since=date(2026, 3, 1))))[1] == {"moment": "20260301003000"}


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("20260301003000.export.CSV.zip", b"cut", "the list says"),
        ("lastupdate.txt", b"", "names no export file"),
        ("lastupdate.txt", listed("20200101000000"), "older than"),
        ("lastupdate.txt", listed("20990101000000"), "yet to come"),
        ("lastupdate.txt", listed("20269901000000"), "no moment"),
    ],
)
def test_a_list_or_a_file_that_is_not_what_it_says_fails_the_fetch(name: str, body: bytes, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        asked(plan(replace(WANTED, last={"moment": "20260301001500"})), {name: body})


def test_a_file_of_the_same_size_with_another_byte_fails_the_fetch() -> None:
    whole = publisher.packed(sample_folder("gdelt") / "20260301003000.export.CSV")
    with pytest.raises(Unusable, match="MD5"):
        asked(plan(WANTED), {"20260301003000.export.CSV.zip": whole[:-1] + bytes([whole[-1] ^ 1])})


def test_every_sample_reads_whole_and_quotes_are_letters() -> None:
    for file in sorted(sample_folder("gdelt").iterdir()):
        reading = read("gdelt", file.read_bytes(), NOW, file.name)
        assert reading.shape_id == "export"
        assert not reading.bad, reading.issues
        assert reading.tables["media_events"].height == reading.rows_in >= 12


def test_every_code_of_the_table_is_a_place_or_a_known_territory() -> None:
    known = {*places().by_id, *places().territories}
    codes = places_of_fips()
    assert {p for p in codes.values() if p} <= known
    missing = known - set(codes.values())
    assert missing == {"CSK", "DDR", "VNS", "YMD", "ZAN"}, "states that were gone before GDELT's file format"
    assert (codes["SU"], codes["OD"], codes["CG"], codes["CF"], codes["GZ"]) == ("SDN", "SSD", "COD", "COG", "PSE")
    assert (codes["NI"], codes["NG"], codes["AS"], codes["AU"]) == ("NGA", "NER", "AUS", "AUT"), "FIPS is not ISO"


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("SQLDATE", "20260231", "not-a-date"),
        ("SQLDATE", "20260228", "date"),
        ("MonthYear", "202602", "date"),
        ("DATEADDED", "20990301000000", "future"),
        ("DATEADDED", "20260201000000", "order"),
        ("QuadClass", "5", "too-high"),
        ("EventRootCode", "18", "code"),
        ("GoldsteinScale", "-10.05", "too-low"),
        ("GoldsteinScale", "-9.97", "scale"),
        ("NumMentions", "2.5", "not-whole"),
        ("NumArticles", "-1", "negative"),
        ("ActionGeo_CountryCode", "SDN", "unknown-place"),
        ("ActionGeo_Lat", "95", "too-high"),
        ("GLOBALEVENTID", "7", "duplicate"),
        ("GLOBALEVENTID", "-3", "too-low"),
    ],
)
def test_a_value_that_cannot_be_is_quarantined_with_its_rule(column: str, value: str, rule: str) -> None:
    good = [line(n, "20260301", "20260301000000") for n in range(1, 60)]
    more = {"MonthYear": "202603", "Year": "2026"} if column == "SQLDATE" else {}
    if column == "SQLDATE" and rule == "date":
        more = {"MonthYear": "202603", "Year": "2026", "SQLDATE": value}
    bad = line(100, "20260301", "20260301000000", **{**more, column: value})
    reading = read("gdelt", export(*good, bad), NOW, "20260301000000.export.CSV")
    assert 60 in reading.bad
    assert rule in {i.rule for i in reading.issues if i.row == 60}
    assert reading.tables["media_events"].height == 60 - len(reading.bad)


def test_a_file_with_a_column_more_is_refused() -> None:
    lines = export(*(line(n, "20260301", "20260301000000") + "\tnew" for n in range(1, 9)))
    with pytest.raises(FileRefused):
        read("gdelt", lines, NOW, "20260301000000.export.CSV")


def test_the_publishers_own_samples_read_whole(shared: Path) -> None:
    shapes = {"events1samp_50": "carried_v1", "events2samp_50": "carried", "events2Transsamp_50": "carried"}
    for name, shape in shapes.items():
        file = shared / "data" / "gdelt" / f"{name}.csv"
        reading = read("gdelt", file.read_bytes(), datetime(2026, 11, 1, tzinfo=UTC), file.name)
        assert (reading.shape_id, reading.rows_in, len(reading.bad)) == (shape, 50, 0), reading.issues[:3]
        rules = {i.rule for i in reading.issues}
        assert "quad-class" not in rules, "the quad class follows from the code in every row of the samples"


def test_no_column_is_a_number_of_the_dead() -> None:
    declared = spec("gdelt")
    assert declared.figures is False, "in no panel and no snapshot"
    assert declared.tables == ["media_events"]
    columns = read("gdelt", export(line(1, "20260301", "20260301000000")), NOW, "x").tables["media_events"].columns
    assert not [c for c in columns if "death" in c or "dead" in c or "fatal" in c]
