"""Bad input: every kind, on every source. Refused, or quarantined with row, column, value and rule; never used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.evidence.publisher import PublisherFile, publisher_file

from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.sources import source_ids, spec
from tocsin.evidence.store import LoadOutcome, good, load, load_tables

SOURCES = source_ids()
DATED = [s for s in SOURCES if publisher_file(s).year]
COUNTS = [s for s in SOURCES if publisher_file(s).number]


def put(ctx: Context, folder: Path, made: PublisherFile, data: bytes | None = None) -> LoadOutcome:
    """Load a file and check what holds for every outcome: the accounting and the record of each finding."""
    path = folder / made.name
    path.write_bytes(made.data() if data is None else data)
    outcome = load(ctx, made.source_id, path, "analyst")
    if outcome.outcome == "refused":
        assert outcome.rows_accepted == 0
    else:
        assert outcome.rows_in == outcome.rows_accepted + outcome.rows_quarantined
    for issue in outcome.issues:
        assert {"file", "row", "column", "value", "rule", "message"} <= issue.keys()
        assert issue["file"] == made.name
    return outcome


def same_in_force(ctx: Context, source_id: str) -> None:
    """The bundled figures still stand, and the attempt is on record."""
    today = ctx.now().date()
    assert good.as_of(ctx.settings.store, source_id, today) is None
    record = good.last_attempt(ctx.settings.store, source_id, today)
    assert record
    assert record["issues"], "the sources page must be able to say what went wrong"


def read_as(made: PublisherFile) -> str:
    """Return the name of the shape a file is in."""
    return next(n for n, shape in spec(made.source_id).shapes.items() if shape.columns == made.header)


TRUNCATED = {
    "in the middle of a row": lambda d: d[: int(len(d) * 0.6)].rsplit(b"\n", 1)[0] + b"\n" + d.split(b"\n")[1][:9],
    "in the first row": lambda d: d[: d.index(b"\n") + 12],
    "after the header": lambda d: d[: d.index(b"\n") + 1],
    "in the header": lambda d: d[: d.index(b"\n") // 4],
    "to nothing": lambda _: b"",
    "inside a quoted field": lambda d: d + b'"unfinished, ',
}


@pytest.mark.parametrize("source_id", SOURCES)
@pytest.mark.parametrize("where", TRUNCATED)
def test_truncated(source_id: str, where: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    cut: Callable[[bytes], bytes] = TRUNCATED[where]
    outcome = put(ctx, tmp_path, made, cut(made.data()))
    assert outcome.outcome == "refused"
    assert {i["rule"] for i in outcome.issues} & {"truncated", "empty", "columns", "shape", "thinner"}
    same_in_force(ctx, source_id)


@pytest.mark.parametrize("source_id", SOURCES)
def test_last_line_without_its_end_is_not_trusted(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    outcome = put(ctx, tmp_path, made, made.data()[:-1])
    assert outcome.outcome == "quarantined"
    assert [(i["row"], i["rule"]) for i in outcome.issues if i["weight"] == "row"] == [(len(made.rows), "truncated")]


ENCODED = {
    "UTF-16": lambda d: d.decode().encode("utf-16"),
    "Windows-1252": lambda d: d + "Côte d’Ivoire\n".encode("cp1252"),
    "a stray byte": lambda d: d[:-20] + b"\x85" + d[-20:],
    "zero bytes": lambda d: d[:-20] + b"\x00\x00" + d[-20:],
}


@pytest.mark.parametrize("source_id", SOURCES)
@pytest.mark.parametrize("how", ENCODED)
def test_mis_encoded(source_id: str, how: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    outcome = put(ctx, tmp_path, made, ENCODED[how](made.data()))
    assert outcome.outcome == "refused"
    assert outcome.issues[0]["rule"] == "encoding"
    same_in_force(ctx, source_id)


PAGES = [
    b"<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>\n",
    b"\n\n  <html lang='en'><head><title>Sign in</title></head></html>\n",
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    b'{"error": "rate limited"}',
]


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_page_instead_of_a_table(source_id: str, ctx: Context, tmp_path: Path) -> None:
    for page in PAGES:
        outcome = put(ctx, tmp_path, publisher_file(source_id), page)
        assert outcome.outcome == "refused"
        assert outcome.issues[0]["rule"] in {"html", "not-a-table", "shape"}
    same_in_force(ctx, source_id)


@pytest.mark.parametrize("source_id", SOURCES)
def test_wrong_delimiter(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    for delimiter in ("\t", "|", ":", ";"):
        if delimiter not in spec(source_id).shapes[read_as(made)].delimiters:
            outcome = put(ctx, tmp_path, made, made.with_rows(lambda rows: rows[:200]).data(delimiter=delimiter))
            assert outcome.outcome == "refused"
            assert outcome.issues[0]["rule"] in {"delimiter", "shape"}
    same_in_force(ctx, source_id)


def quarantined(outcome: LoadOutcome, row: int, column: str, rules: set[str]) -> None:
    """One row is out, and it is said which, why and what stood there."""
    assert outcome.outcome == "quarantined", outcome.issues[:4]
    assert outcome.rows_quarantined == 1
    found = [i for i in outcome.issues if i["row"] == row and i["rule"] in rules]
    assert found
    assert found[0]["column"] == column
    assert found[0]["value"]


@pytest.mark.parametrize("source_id", COUNTS)
@pytest.mark.parametrize("value", ["-3", "many"])
def test_negative_or_not_a_number(source_id: str, value: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    outcome = put(ctx, tmp_path, made.with_value(40, made.number, value))
    quarantined(outcome, 41, made.number, {"negative", "too-low", "too-early", "not-a-number", "not-a-year"})


@pytest.mark.parametrize("source_id", DATED)
def test_future_dated(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    later = "2026-11-24" if made.year == "date" else "2027"
    outcome = put(ctx, tmp_path, made.with_value(40, made.year, later))
    quarantined(outcome, 41, made.year, {"future"})


@pytest.mark.parametrize("source_id", SOURCES)
def test_unknown_country(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    outcome = put(ctx, tmp_path, made.with_value(40, made.place, "Atlantis"))
    quarantined(outcome, 41, made.place, {"unknown-place"})
    assert next(i for i in outcome.issues if i["rule"] == "unknown-place")["value"] == "Atlantis"


@pytest.mark.parametrize("source_id", SOURCES)
def test_ragged_row_in_the_middle(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    lines = made.data().split(b"\n")
    lines[41] = lines[41] + made.delimiter.encode() + b"extra"
    outcome = put(ctx, tmp_path, made, b"\n".join(lines))
    assert outcome.outcome == "quarantined"
    assert [i["row"] for i in outcome.issues if i["rule"] == "ragged"] == [41]


@pytest.mark.parametrize("source_id", SOURCES)
def test_more_than_one_row_in_twenty_refuses_the_file(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    n = len(made.rows)

    def spoil(count: int) -> PublisherFile:
        return made.with_rows(
            lambda rows: [{**r, made.place: "Atlantis"} if i < count else r for i, r in enumerate(rows)]
        )

    many = put(ctx, tmp_path, spoil(n // 20 + 1))
    assert many.outcome == "refused"
    assert many.rows_quarantined == n // 20 + 1
    assert "quarantine-share" in {i["rule"] for i in many.issues}
    same_in_force(ctx, source_id)


THINNED: dict[str, Callable[[PublisherFile], PublisherFile]] = {
    "every second row": lambda f: f.with_rows(lambda rows: rows[::2]),
    "one row in ten": lambda f: f.with_rows(lambda rows: [r for i, r in enumerate(rows) if i % 10]),
    "the end": lambda f: f.with_rows(lambda rows: rows[: int(len(rows) * 0.7)]),
    "a country": lambda f: _without(f, _common(f)),
}


def _without(made: PublisherFile, place: object) -> PublisherFile:
    """Return the file without the rows of one place."""
    return made.with_rows(lambda rows: [r for r in rows if r[made.place] != place])


def _common(made: PublisherFile) -> object:
    """Return the place with the most rows."""
    counted = Counter(r[made.place] for r in made.rows if r[made.place] != "UNK")
    return min(counted, key=lambda v: (-counted[v], str(v)))


@pytest.mark.parametrize("source_id", SOURCES)
@pytest.mark.parametrize("how", THINNED)
def test_a_thinned_file_is_refused(source_id: str, how: str, ctx: Context, tmp_path: Path) -> None:
    outcome = put(ctx, tmp_path, THINNED[how](publisher_file(source_id)))
    assert outcome.outcome == "refused", outcome.issues
    assert "thinner" in {i["rule"] for i in outcome.issues}
    same_in_force(ctx, source_id)


@pytest.mark.parametrize(
    "source_id", ["ucdp_ged", "ucdp_brd", "ucdp_prio", "unhcr", "facts_mass_killing", "facts_coups"]
)
def test_a_file_that_lost_a_row_lowers_no_count(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    before = load_tables(ctx)
    largest = max(range(len(made.rows)), key=lambda i: float(made.rows[i].get(made.number) or 0))
    outcome = put(ctx, tmp_path, made.with_value(largest, made.place, "Atlantis"))
    assert outcome.outcome == "quarantined"
    after = load_tables(ctx)
    assert after.source(source_id).status == "loaded"
    if source_id == "ucdp_ged":
        columns, keys = ["state_based_deaths", "non_state_deaths", "one_sided_deaths", "events"], ["place_id", "month"]
        pair = before.country_month.join(after.country_month, on=keys, suffix="_now")
        assert pair.height == before.country_month.height
        assert all((pair[f"{c}_now"] >= pair[c]).all() for c in columns)
    elif source_id.startswith("facts"):
        name = "coups" if source_id == "facts_coups" else "mass_killings"
        assert getattr(after, name).height == getattr(before, name).height
    else:
        pair = before.country_year.join(after.country_year, on=["indicator", "place_id", "year"], suffix="_now")
        assert pair.height == before.country_year.height
        assert (pair["value_now"] - pair["value"] >= -1e-6 * pair["value"].abs()).all()


def test_values_that_are_gone_are_kept_and_said(ctx: Context, tmp_path: Path) -> None:
    """A series with a few holes more keeps the last good values there."""
    made = publisher_file("worldbank")
    holes = made.with_rows(lambda rows: [{**r, "wdi.imrate.new": ""} if i % 60 == 0 else r for i, r in enumerate(rows)])
    before = load_tables(ctx).country_year.filter(pl.col("indicator") == "SP.DYN.IMRT.IN")
    outcome = put(ctx, tmp_path, holes)
    assert outcome.outcome == "warned"
    assert "thinner" in {i["rule"] for i in outcome.issues}
    after = load_tables(ctx).country_year.filter(pl.col("indicator") == "SP.DYN.IMRT.IN")
    assert after.height == before.height


def test_a_month_whose_deaths_have_halved_is_refused(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("ucdp_ged")
    outcome = put(ctx, tmp_path, made.with_rows(lambda rows: [{**r, "best": int(str(r["best"])) // 3} for r in rows]))
    assert outcome.outcome == "refused"
    assert "fallen" in {i["rule"] for i in outcome.issues}


def test_an_event_whose_number_no_number_can_hold_is_set_aside(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("ucdp_ged")
    outcome = put(ctx, tmp_path, made.with_rows(lambda rows: [{**rows[0], "id": "1e300"}, *rows[1:]]))
    assert [(i["rule"], i["row"]) for i in outcome.issues if i["weight"] == "row"] == [("too-high", 1)]


def test_an_extract_is_kept_but_covers_no_month(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("ucdp_ged")
    some = made.with_rows(lambda rows: [{**r, "country": "Nigeria", "date": "2026-04-02"} for r in rows])
    months = load_tables(ctx).covered_months()
    outcome = put(ctx, tmp_path, some)
    assert outcome.outcome == "warned"
    assert outcome.rows_accepted == len(some.rows)
    assert load_tables(ctx).covered_months() == months


def test_a_file_of_zeros_is_not_taken_for_news(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("facts_coups")
    outcome = put(ctx, tmp_path, made.with_rows(lambda rows: [{**r, made.number: 0} for r in rows]))
    assert (outcome.outcome, outcome.rows_accepted) == ("refused", 0)
    assert "nothing" in {i["rule"] for i in outcome.issues}
    same_in_force(ctx, "facts_coups")


def test_an_unknown_source_and_an_absent_file_are_misuse(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="ucdp_ged"):
        load(ctx, "no_such_source", tmp_path, "analyst")
    with pytest.raises(Misuse, match="no file"):
        load(ctx, "vdem", tmp_path / "absent.csv", "analyst")


def _new_month(made: PublisherFile, rows: int | None = None) -> PublisherFile:
    """Return events of a month that is not in force yet: those of the last month in the file, a month later."""
    last = max(str(r["date"])[:7] for r in made.rows)
    later = [
        r | {"date": "2026-03-05", "id": 900_000 + n} for n, r in enumerate(made.rows) if str(r["date"])[:7] == last
    ]
    return made.with_rows(lambda _: sorted(later, key=lambda r: str(r["country"]))[:rows])


def test_a_file_cut_at_the_end_of_a_line_makes_no_zero_of_the_countries_behind_the_cut(
    ctx: Context, tmp_path: Path
) -> None:
    """UCDP sorts events by country: whatever comes after the cut would read as a month without a death."""
    whole = publisher_file("ucdp_ged")
    put(ctx, tmp_path, whole)
    march = _new_month(whole)
    cut = march.with_rows(lambda rows: rows[: int(len(rows) * 0.7)])
    gone = {str(r["country"]) for r in march.rows} - {str(r["country"]) for r in cut.rows}
    assert "Ukraine" in gone
    outcome = put(ctx, tmp_path, cut)
    assert "unnamed-place" in {i["rule"] for i in outcome.issues}
    held = load_tables(ctx).country_month.filter(month="2026-03")
    ukraine = held.filter(place_id="UKR")
    assert ukraine.height == 1
    assert ukraine["state_based_deaths"][0] is None, "not known, and never zero"
    assert held.filter(place_id="PRT")["state_based_deaths"][0] == 0, "a place that was quiet before reads as quiet"
    put(ctx, tmp_path, cut.with_rows(lambda rows: list(reversed(rows))))
    again = load_tables(ctx).country_month.filter(month="2026-03", place_id="UKR")
    assert again["state_based_deaths"].to_list() == [None], "the same rows in other bytes say nothing a second time"


def test_a_slip_of_the_keyboard_is_set_aside_and_not_added_up(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("ucdp_ged")
    for value in ("99999999999999999999", "9999999999999999", "5000000"):
        outcome = put(ctx, tmp_path, made.with_value(3, "best", value))
        [found] = [i for i in outcome.issues if i["weight"] == "row"]
        assert (found["row"], found["column"], found["value"], found["rule"]) == (4, "best", value, "too-high")


def test_figures_in_force_that_are_wrong_can_be_replaced_and_the_reason_stays(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("ucdp_ged")
    wrong = made.with_value(0, "best", "900000")
    assert put(ctx, tmp_path, wrong).outcome in ("accepted", "warned")
    assert put(ctx, tmp_path, made).outcome == "refused"
    path = tmp_path / made.name
    with pytest.raises(Misuse, match="says too little"):
        load(ctx, "ucdp_ged", path, "analyst", replacing="wrong")
    outcome = load(ctx, "ucdp_ged", path, "analyst", replacing="One event had 900,000 typed for 9")
    assert outcome.outcome == "warned"
    assert any("900,000 typed" in str(i["message"]) for i in outcome.issues if i["rule"] == "replaced")
    assert load_tables(ctx).country_month["state_based_deaths"].max() < 900_000  # type: ignore[operator]


def test_a_row_given_twice_to_the_letter_counts_once(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("ucdp_ged")
    outcome = put(ctx, tmp_path, made.with_rows(lambda rows: [*rows, dict(rows[0])]))
    [found] = [i for i in outcome.issues if i["rule"] == "duplicate"]
    assert (found["row"], found["value"]) == (len(made.rows) + 1, str(made.rows[0]["id"]))
