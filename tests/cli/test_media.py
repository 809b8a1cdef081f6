"""``tocsin media months``: what the media reported, told to a person and to a machine, and never as deaths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evidence.engines.events import export, line

from tocsin.cli.main import main
from tocsin.cli.output import INVOCATION
from tocsin.core.context import Context
from tocsin.evidence.store import load

CALM = {"EventCode": "042", "EventBaseCode": "042", "EventRootCode": "04", "QuadClass": "1"}


@pytest.fixture
def kept(ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thin: None) -> Context:
    """A home with two loaded files of invented events."""
    monkeypatch.setenv("TOCSIN_HOME", str(ctx.settings.home))
    january = [line(n, "20260130", "20260131000000") for n in (1, 2, 3)]
    february = [line(4, "20260228", "20260228234500"), line(5, "20260228", "20260228234500", **CALM)]
    for moment, lines in {"20260131000000": january, "20260228234500": february}.items():
        path = tmp_path / f"{moment}.export.CSV"
        path.write_bytes(export(*lines))
        assert load(ctx, "gdelt", path, "analyst").outcome == "accepted"
    return ctx


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    monkeypatch.setattr(INVOCATION, "json", False)
    code = main(["media", "months", *words])
    out = capsys.readouterr()
    return code, out.out or out.err


@pytest.mark.usefixtures("kept")
def test_a_person_reads_counts_of_reports_and_that_they_are_no_deaths(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = run(capsys, monkeypatch)
    assert code == 0
    assert "5 events reported by the media, in 2 months: 2 counted now, 0 remembered. Reports, not deaths." in text
    assert "SDN 2 reports (3 the month before), 50% material conflict" in text
    assert "0 counted now, 2 remembered" in run(capsys, monkeypatch)[1]


@pytest.mark.usefixtures("kept")
def test_a_machine_gets_rows_and_the_hash_that_every_engine_gives(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = {
        e: json.loads(run(capsys, monkeypatch, "--json", "--afresh", "--engine", e)[1]) for e in ("duckdb", "polars")
    }
    assert told["duckdb"]["hash"] == told["polars"]["hash"]
    rows = {(r["place_id"], r["month"]): r for r in told["duckdb"]["rows"]}
    assert rows["SDN", "2026-02"]["events_before"] == 3
    assert rows["SDN", "2026-01"]["events_before"] is None
    out = tmp_path / "months.csv"
    assert run(capsys, monkeypatch, "--place", "Sudan", "--since", "2026-02", "--out", str(out))[0] == 0
    assert out.read_text().splitlines()[1].startswith("SDN,2026-02,2,1,")
    then = json.loads(run(capsys, monkeypatch, "--json", "--as-of", "2026-01-31")[1])
    assert [r["month"] for r in then["rows"]] == ["2026-01"]


def test_what_cannot_be_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kept: Context
) -> None:
    for words, said in {
        ("--engine", "abacus"): "not an engine",
        ("--place", "Atlantis"): "not a place",
        ("--since", "soon"): "not a month",
        ("--as-of", "soon"): "not a date",
        ("--engine", "spark", "--afresh", "--master", "sc://host"): "Spark Connect is not spoken here",
    }.items():
        code, text = run(capsys, monkeypatch, *words)
        assert (code, text.count("\n")) == (2, 1), text
        assert said in text
    assert "not calm" in run(capsys, monkeypatch, "--place", "Norway")[1], "nothing reported is nothing known"
    (kept.settings.store / "gdelt" / "months" / "index.json").write_text("{")
    code, text = run(capsys, monkeypatch, "--afresh")
    assert code == 1
    assert "cannot be read" in text


def test_an_empty_home_says_how_to_fill_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "none"))
    code, text = run(capsys, monkeypatch)
    assert code == 0
    assert "tocsin load gdelt FILE" in text
    assert not (tmp_path / "none" / "store").exists()
