"""A table of the home: told what it means, checked and previewed, then loaded and shown like any other source."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.hub import metadata
from tocsin.evidence.indicators import seen
from tocsin.evidence.sources import FileRefused, Part, Reading, hxl
from tocsin.evidence.sources.mapped import parse
from tocsin.evidence.sources.mapped_draft import draft
from tocsin.evidence.sources.mapped_read import period_of
from tocsin.evidence.sources.mapped_read import read as read_mapped
from tocsin.evidence.store import home, load

MAPPING = """
id: camps
title: Register of camps
publisher: Ministry of the Interior
url: https://interior.example.org/camps
licence: CC BY 4.0
licence_url: https://creativecommons.org/licenses/by/4.0/
citation: Ministry of the Interior, register of camps
coverage: Camps that the ministry runs; a place that is not named has none of its camps
cadence_days: 30
grace_days: 30
places: {places}
columns: {{place: "{place}", period: "{period}"}}
figures:
  - {{indicator: arrivals, column: "{value}", label: People who arrived, unit: persons}}
"""


def mapping(place: str = "Country", period: str = "Month", value: str = "Arrivals", places: str = "name") -> bytes:
    """Return a mapping of a table with three columns."""
    return MAPPING.format(place=place, period=period, value=value, places=places).encode()


def written(path: Path, *rows: str) -> Path:
    """Write a table."""
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_table_with_a_mapping_is_loaded_and_stands_with_its_licence(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="camps"):
        load(ctx, "camps", written(tmp_path / "a.csv", "x"), "analyst")
    home.declare(ctx, mapping())
    file = written(tmp_path / "c.csv", "Country,Month,Arrivals", "Sudan,2026-05,120", "Chad,May 2026,", "Mali,2025,4")
    outcome = load(ctx, "camps", file, "analyst")
    assert (outcome.outcome, outcome.rows_accepted) == ("accepted", 3)
    found = seen.of_place(ctx, "SDN")
    assert [(f.source, f.label, f.value, f.unit, f.period) for f in found.figures] == [
        ("camps", "People who arrived", 120.0, "persons", "2026-05")
    ]
    assert next(s for s, _ in found.sources if s.id == "camps").licence == "CC BY 4.0"
    assert seen.of_place(ctx, "TCD").figures == [], "an empty cell is no zero"


def test_columns_are_found_by_their_hxl_tags(ctx: Context, tmp_path: Path) -> None:
    home.declare(ctx, mapping("#country+code", "#date", "#affected+arrived", "iso3"))
    file = written(
        tmp_path / "t.csv", "A title above the header", "Pays,Mois,Nombre,Note",
        "#country +code +v_iso3,#date+month,#affected +arrived+f,#meta", "SDN,2026-04,7,=1+1",
    )  # fmt: skip
    outcome = load(ctx, "camps", file, "analyst")
    assert outcome.rows_accepted == 1
    assert [i["column"] for i in outcome.issues if i["rule"] == "columns"] == ["Note"], "a column nobody named is told"
    assert [f.value for f in seen.of_place(ctx, "SDN").figures] == [7.0]


def test_a_tag_that_fits_two_columns_or_none_refuses_the_file(ctx: Context, tmp_path: Path) -> None:
    home.declare(ctx, mapping("#country", "#date", "#affected", "iso3"))
    two = written(tmp_path / "t.csv", "a,b,c,d", "#country,#date,#affected+f,#affected+m", "SDN,2026,1,2")
    none = written(tmp_path / "u.csv", "a,b,c", "#country,#date,#inneed", "SDN,2026,1")
    for file, said in ((two, "fits 2 columns"), (none, "no column is tagged")):
        outcome = load(ctx, "camps", file, "analyst")
        assert outcome.outcome == "refused"
        assert said in str(outcome.issues[0]["message"])


def test_bad_rows_are_set_aside_and_a_table_of_the_future_is_not_believed(ctx: Context, tmp_path: Path) -> None:
    home.declare(ctx, mapping())
    good = [f"Sudan,{year},{year}" for year in range(1980, 2020)]
    bad = ["Sudan,2090-01,3", "Nowhere,2020,3", "Chad,someday,3", "Chad,2020,many"]
    outcome = load(ctx, "camps", written(tmp_path / "a.csv", "Country,Month,Arrivals", *good, bad[0]), "analyst")
    assert [i["rule"] for i in outcome.issues if i["weight"] == "row"] == ["future"]
    for row, rule in zip(bad[1:], ("unknown-place", "not-a-period", "not-a-number"), strict=True):
        outcome = load(ctx, "camps", written(tmp_path / "b.csv", "Country,Month,Arrivals", *good, row), "analyst")
        assert [i["rule"] for i in outcome.issues if i["weight"] == "row"] == [rule]
    doubled = load(ctx, "camps", written(tmp_path / "c.csv", "Country,Month,Arrivals", *good * 2), "analyst")
    assert doubled.outcome == "refused"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id: camps", "id: ucdp_ged"), "source of the program"),
        (('period: "Month"', 'area: "Month"'), "period once"),
        (("licence: CC BY 4.0\n", ""), "needed"),
        (("figures:", "skip:"), "skip|figures"),
        (("url: https", "url: ftp"), "pattern"),
        (("cadence_days: 30", "cadence_days: .inf"), "finite|less than"),
        (("grace_days: 30", "grace_days: 1e12"), "less than"),
        (("unit: persons", "unit: persons, max: .inf"), "finite"),
        (("places: name", "places: name\nplace_values: {Sudan: SUD}"), "SUD"),
        (('period: "Month"', 'period: "Country"'), "Country is named twice"),
        (('period: "Month"', 'period: "Month", detail: "Arrivals"'), "Arrivals is named twice"),
        (('period: "Month"', 'period: "Month", published: "Month"'), "Month is named twice"),
    ],
)
def test_a_mapping_that_leaves_something_open_is_refused_with_the_entry(ctx: Context, change, said: str) -> None:
    text = mapping().decode()
    assert change[0] in text
    with pytest.raises(Refused, match=said):
        home.declare(ctx, text.replace(*change, 1).encode())
    assert home.ids(ctx) == ()


def test_na_among_two_letter_codes_is_namibia_and_nothing_written_is_missing(ctx: Context, tmp_path: Path) -> None:
    home.declare(ctx, mapping(places="iso2"))
    rows = [f"{code},2026-0{n},{n}" for n in (1, 2, 3, 4, 5, 6, 7) for code in ("NA", "SD", "TD")]
    file = written(tmp_path / "c.csv", "Country,Month,Arrivals", *rows, ",2026-08,9")
    outcome = load(ctx, "camps", file, "analyst")
    assert {i["row"] for i in outcome.issues if i["weight"] == "row"} == {22}
    assert [f.value for f in seen.of_place(ctx, "NAM", whole=True).figures] == [7, 6, 5, 4, 3, 2, 1]


def test_a_reader_that_stumbles_refuses_the_file_and_nothing_else(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.declare(ctx, mapping())
    file = written(tmp_path / "c.csv", "Country,Month,Arrivals", "Sudan,2026-05,120")
    monkeypatch.setattr(home, "read_mapped", lambda *_: {}["what nobody foresaw"])
    outcome = load(ctx, "camps", file, "analyst")
    assert (outcome.outcome, outcome.issues[0]["rule"]) == ("refused", "unreadable")
    assert "KeyError" in str(outcome.issues[0]["message"])


LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    f"{c}: &{c} [{', '.join([f'*{b}'] * 10)}]\n".encode() for b, c in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "data",
    [b"", b"- a\n", b"{", b"\xff\xfe", b"id: [1\n", LAUGHS, b"a: &a [*a]\n", b"period: 2024-02-31\n",
     b"a: " + b"[" * 5000, b"a: " + b"9" * 5000],
)  # fmt: skip
def test_what_is_no_mapping_is_told_in_one_sentence(data: bytes) -> None:
    found, faults = parse(data)
    assert found is None
    assert len(faults) == 1


def test_metadata_of_the_hub_is_read_within_the_same_bounds() -> None:
    _, faults = metadata.read(LAUGHS)
    (fault,) = faults
    assert "it holds more than 50,000 values, or one that holds itself" in fault.message


def test_a_later_mapping_stands_beside_the_earlier_and_is_in_force(ctx: Context) -> None:
    home.declare(ctx, mapping())
    _, again = home.declare(ctx, mapping())
    _, other = home.declare(ctx, mapping(value="People"))
    assert again != other
    assert len(list(again.parent.glob("*.yml"))) == 2
    assert home.mapping(ctx, "camps").figures[0].column == "People"


NAMES = st.from_regex(r"\A[a-z][a-z0-9_]{0,8}\Z")


@given(NAMES, st.lists(NAMES, unique=True, max_size=4), st.randoms())
def test_a_tag_is_the_same_in_any_order_and_fits_every_part_of_itself(name: str, attributes: list[str], chance) -> None:
    mixed = list(attributes)
    chance.shuffle(mixed)
    tag = hxl.parse("# " + " + ".join([name.upper(), *mixed]))
    assert tag is not None
    assert tag == hxl.parse("#" + "+".join([name, *attributes]))
    assert hxl.parse(str(tag)) == tag
    assert tag.has(hxl.Tag(name, frozenset(mixed[:2])))


def test_a_row_of_tags_is_known_and_written() -> None:
    assert hxl.row_at([["Country", "n"], ["#country+code", ""], ["SDN", "1"]]) == 1
    assert hxl.row_at([["#1 in sales", "n"], ["SDN", "1"]]) is None
    assert hxl.row(["a", "b"], {"a": "#country +code"}) == ["#country+code", ""]


@pytest.mark.parametrize(
    ("text", "period"),
    [("2024", "2024"), ("2024.0", "2024"), ("2024-05", "2024-05"), ("2024-05-17 00:00:00", "2024-05"),
     ("May 2024", "2024-05"), ("2024-13", None), ("05/2024", None), ("", None), ("2024-02-31", None),
     ("2024-05-17x", None), ("1788", None), ("1788-12", None), ("1789", "1789")],
)  # fmt: skip
def test_periods_are_read_as_they_are_written_or_not_at_all(text: str, period: str | None) -> None:
    assert period_of(text) == period


def preview(said: bytes, *rows: str) -> Reading:
    """Read a table by a mapping that holds."""
    found, faults = parse(said)
    assert found is not None, faults
    return read_mapped(found, [Part("t.csv", ("\n".join(rows) + "\n").encode())], datetime(2026, 11, 23, tzinfo=UTC))


def test_a_value_that_is_said_to_be_no_place_is_known_and_makes_no_figure() -> None:
    said = mapping().replace(b"places: name", b"places: name\nplace_values: {Overseas: null, Burma: MMR}")
    found = preview(said, "Country,Month,Arrivals", "Overseas,2026-05,1", "Burma,2026-05,2")
    assert (found.bad, found.tables["indicators"]["place_id"].to_list()) == (set(), ["MMR"])


def test_a_column_named_by_title_and_by_tag_is_refused_and_what_is_shown_as_it_stands_may_share() -> None:
    twice = mapping("Pays", "#date", "#country")
    with pytest.raises(FileRefused, match="Pays twice"):
        preview(twice, "Pays,Mois", "#country,#date", "Sudan,2026")
    shared = mapping("Pays", "Mois", "n").replace(b'"Mois"', b'"Mois", area: "#adm1", detail: "#adm1", status: "Mois"')
    found = preview(shared, "Pays,Mois,n,Ou", "#country,#date,#affected,#adm1", "Sudan,2026-05,3,Darfur")
    assert found.tables["indicators"].select("area", "detail", "status").rows() == [("Darfur", "Darfur", "2026-05")]


def test_a_span_that_ends_before_it_begins_is_set_aside() -> None:
    said = mapping().replace(b'"Month"', b'"Month", until: "To"')
    rows = ("Sudan,2026-05,2026-04,1", "Chad,2026-05,2026,1", "Mali,2026,2025-12,1", "Niger,2026-05,,1")
    found = preview(said, "Country,Month,To,Arrivals", *rows)
    assert {(i.rule, i.row) for i in found.issues if i.weight == "row"} == {("span", 1), ("span", 3)}


def test_figures_named_in_any_script_keep_a_name_each_and_a_row_of_two_tags_is_no_figure() -> None:
    by_row = mapping().partition(b"figures:")[0].replace(b'"Month"', b'"Month", indicator: "What", value: "n"')
    names = ("النازحون", "ကို", "ကု", "Idps (new)")
    rows = (f"Sudan,2026-05,{name},1" for name in names)
    found = preview(by_row, "Country,Month,What,n", ",,#indicator,#value", *rows, "Sudan,2026-05,%,1")
    assert set(found.tables["indicators"]["indicator"]) == {*names[:3], "idps_new"}
    assert [(i.rule, i.row) for i in found.issues if i.weight == "row"] == [("missing", 5)]


def test_a_draft_takes_a_column_of_figures_for_one_though_a_row_has_a_slip() -> None:
    """A newcomer's table: tagged, one number written with a separator, one place that is none, an area."""
    table = (
        b"Country,Month,Province,Arrivals,Note\n#country+code,#date,#adm1+name,#affected+arrived,#meta\n"
        b'SDN,2026-08,North Darfur,1200,\nSDN,2026-09,North Darfur,800,late\nXXX,2026-09,Nowhere,"2,300",\n'
    )
    text, guessed = draft(Part("camps.csv", table), "camps")
    told = yaml.safe_load(text)
    assert told["columns"] == {"place": "Country", "period": "Month", "area": "Province"}
    assert [f["column"] for f in told["figures"]] == ["Arrivals"] and told["places"] == "iso3"
    assert told["skip"] == ["Note"] and guessed["area"] == "Province"


def test_a_draft_looks_into_a_parquet_table() -> None:
    out = io.BytesIO()
    pl.DataFrame({"Country": ["SDN", "TCD"], "Month": ["2026-08", "2026-09"], "Arrivals": [1200, 800]}).write_parquet(
        out
    )
    told = yaml.safe_load(draft(Part("camps.parquet", out.getvalue()), "camps")[0])
    assert told["columns"] == {"place": "Country", "period": "Month"} and told["places"] == "iso3"
    assert [f["column"] for f in told["figures"]] == ["Arrivals"]


def test_a_draft_without_a_column_of_figures_asks_for_one() -> None:
    text, _ = draft(Part("camps.csv", b"Country,Month,Note\nSDN,2026-08,many\n"), "camps")
    assert yaml.safe_load(text)["figures"][0]["column"].startswith("FILL")
