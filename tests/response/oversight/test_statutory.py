"""A report to an overseer: from the ledger alone, each part filled or missing, and nothing told that must not be."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from response.oversight.lived import SECRET, live
from tocsin.catalog import oversight as known
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.desk.overseer.write import FORMATS, write
from tocsin.response.docket.models import Decision, Item, Lapse
from tocsin.response.oversight import entries, statutory
from tocsin.response.oversight.duty import owed
from tocsin.response.oversight.filling import FILLERS
from tocsin.response.oversight.wording import loaded
from tocsin.response.register import record

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


@pytest.fixture
def log(db: None, ctx: Context, clock: FixedClock, tmp_path: Path) -> Path:
    """A whole export of a lived record."""
    live(ctx, clock)
    record.export(ctx, tmp_path / "ledger.txt")
    return tmp_path / "ledger.txt"


def parts(told: dict) -> dict[str, dict]:
    return {f"{p['element']}.{p['id']}": p for e in told["elements"] for p in e["parts"]}


def test_the_statutory_report_has_every_heading_filled_or_missing_with_what_would_fill_it(log, ctx) -> None:
    told = statutory.report(entries.from_file(log), "wiesel", FIRST, LAST, ctx.now())
    assert [e["id"] for e in told["elements"]] == ["A", "B", "C", "D", "E", "F", "G"]
    assert told["filled"] + len(told["missing"]) == told["parts"] == 22
    found = parts(told)
    assert found["A.warning"]["lines"] == ["3 warnings: 3 opened a question, 0 joined one that was open."]
    assert found["D.steps"]["rows"] == [["act", "Headquarters desk officer", "2"]]
    assert found["D.kept"]["lines"] == [
        "3 commitments made; 1 shown to be done, 0 of them late; 2 ran out without evidence of doing, 0 cancelled."
    ]
    assert [row[0] for row in found["E.countries"]["rows"]] == ["Myanmar", "Sudan", "Türkiye"]
    for part in found.values():
        assert part["filled"] == bool(part["lines"])
        assert part["would_fill"]
    assert not found["C.spending"]["filled"]
    assert told["duty"]["expired"]


def test_the_tables_of_the_register_are_not_read(log, ctx, monkeypatch: pytest.MonkeyPatch) -> None:
    before = statutory.report(entries.from_file(log), "neutral", FIRST, LAST, ctx.now())

    def closed(*_: object, **__: object) -> None:
        raise AssertionError("a table was read")

    for model in (Item, Decision, Lapse):
        monkeypatch.setattr(model, "objects", property(closed))
    told = statutory.report(entries.from_register(), "neutral", FIRST, LAST, ctx.now())
    assert told["elements"][1:] == before["elements"][1:], "the register's own ledger and its export say the same"


def test_withheld_bodies_are_counted_and_what_they_told_is_missing_not_zero(log, ctx, tmp_path) -> None:
    record.export(ctx, tmp_path / "hidden.txt", withhold={"item.decided", "clock.lapsed"})
    told = statutory.report(entries.from_file(tmp_path / "hidden.txt"), "neutral", FIRST, LAST, ctx.now())
    assert told["withheld_bodies"] == sum(
        e.kind in {"item.decided", "clock.lapsed"} for e in entries.from_file(log).entries
    )
    found = parts(told)
    assert found["answers.answers"]["rows"] == [["withheld", "withheld", "2"]]
    assert {row[0] for row in found["lapses.lapses"]["rows"]} == {"withheld"}
    bare = tmp_path / "bare.txt"
    record.export(ctx, bare, headers_only=True)
    told = statutory.report(entries.from_file(bare), "neutral", FIRST, LAST, ctx.now())
    assert told["withheld_bodies"] == told["entries"]
    assert parts(told)["warnings.warnings"]["rows"] == [["withheld", "withheld", "3"]]


@pytest.mark.parametrize("shape", ["neutral", "wiesel"])
@pytest.mark.parametrize("form", FORMATS)
def test_every_form_says_what_the_report_says_and_nothing_secret(log, ctx, tmp_path, shape, form) -> None:
    told = statutory.report(entries.from_file(log), shape, FIRST, LAST, ctx.now())
    data = write(told, tmp_path / f"r.{form}", form).read_bytes()
    assert data == FORMATS[form](told), "the same report, the same bytes"
    if form == "pdf":
        assert data.startswith(b"%PDF-") and b"/MarkInfo" in data
        return
    if form == "docx":
        data = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    text = data.decode().replace("&#x27;", "'").replace("&amp;", "&")
    for element in told["elements"]:
        assert element["heading"] in text
        for part in element["parts"]:
            assert all(line in text for line in (part["lines"] or [part["would_fill"]]))
    assert SECRET not in text and "Ada" not in text


def test_the_days_of_the_duty_are_computed_from_the_day_of_the_law() -> None:
    duty = known.shapes()["wiesel"].duty
    assert duty is not None
    due = owed(duty, date(2025, 7, 13))
    assert (due.dues[0], due.dues[-1], len(due.dues)) == (date(2019, 7, 13), date(2025, 7, 13), 7)
    assert not due.expired
    late = owed(duty, date(2025, 7, 14))
    assert late.expired and late.said.startswith("Expired unless renewed")


def test_every_filler_of_every_shape_exists() -> None:
    asked = {p.filled_by for s in known.shapes().values() for e in s.elements for p in e.parts if p.filled_by}
    assert asked == set(FILLERS)


def test_what_is_asked_wrongly_is_said_in_one_sentence(log, ctx, tmp_path) -> None:
    told = entries.from_file(log)
    with pytest.raises(Misuse, match="before it begins"):
        statutory.report(told, "neutral", LAST, FIRST, ctx.now())
    with pytest.raises(Misuse, match="neutral, wiesel"):
        statutory.report(told, "party", FIRST, LAST, ctx.now())
    with pytest.raises(Refused, match="cannot be read"):
        entries.from_file(tmp_path / "not there")
    (tmp_path / "other.txt").write_text("hello\n")
    with pytest.raises(Damaged, match="Line 1"):
        entries.from_file(tmp_path / "other.txt")
    (tmp_path / "odd.txt").write_text('{"leaf":{"seq":0},"record":"entry"}\n')
    with pytest.raises(Damaged, match="Entry 0"):
        entries.from_file(tmp_path / "odd.txt")


def test_a_word_that_takes_a_side_is_found_where_it_stands() -> None:
    hits = loaded("The government spoke.\nThe previous  administration fed the Regimes, weakly.", "note")
    assert [(h.word, h.line, h.column) for h in hits] == [("previous  administration", 2, 5), ("Regimes", 2, 38)]
    assert hits[1].sentence().startswith("note, line 2, column 38")
    assert loaded("A weekend with regimented doves-in-law") == []


def test_the_program_itself_uses_none_of_these_words_in_a_report(log, ctx) -> None:
    for shape in known.shapes():
        assert statutory.report(entries.from_file(log), shape, FIRST, LAST, ctx.now())["loaded_words"] == []
    told = json.dumps([s.model_dump(mode="json") for s in known.shapes().values()])
    assert loaded(told) == []
