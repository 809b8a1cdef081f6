"""``tocsin hub`` from outside, and the how-to followed by a stranger from its first line to its last."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from tests.evidence.hub.handed import last_year, row, says, write

from teller import Teller
from tocsin.cli.main import main

pytestmark = pytest.mark.django_db  # a receipt is entered in the ledger
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "submit-a-forecast.md"


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, dict[str, object]]:
    code = main([*words, "--json", "--home", str(home)])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))


def test_a_template_says_what_each_column_means(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, said = run(capsys, tmp_path / "home", "hub", "template", "--to", str(tmp_path / "form"), "--origin", "2025")
    assert code == 0
    assert said["rows"] > 150  # type: ignore[operator]
    assert {"origin", "target", "place_id", "horizon", "output_type", "output_type_id", "value"} <= set(said["columns"])  # type: ignore[arg-type]
    assert Path(str(said["form"])).read_text(encoding="utf-8").splitlines()[1].startswith("2025,mass_killing_onset,AFG")
    assert "data_until: 2025-12-31" in Path(str(said["metadata"])).read_text(encoding="utf-8")
    people = ("hub", "template", "--kind", "human", "--to", str(tmp_path / "people"))
    assert "forecaster" in run(capsys, tmp_path / "home", *people)[1]["columns"]  # type: ignore[operator]
    assert run(capsys, tmp_path / "home", "hub", "template", "--to", str(tmp_path / "form"), "--origin", "2025")[0] == 1
    assert run(capsys, tmp_path / "home", "hub", "template", "--target", "nothing")[0] == 2
    assert run(capsys, tmp_path / "home", "hub", "template", "--origin", "soon")[0] == 2
    counts = (
        "hub",
        "template",
        "--target",
        "state_based_deaths",
        "--form",
        "parquet",
        "--to",
        str(tmp_path / "counts"),
    )
    assert str(run(capsys, tmp_path / "home", *counts)[1]["form"]).endswith(".parquet")


def test_accepted_and_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home, meta = tmp_path / "home", says(tmp_path / "about.yml", data_until="origin")
    year = last_year()
    bad = write(tmp_path / "bad.csv", [row("SDN", 1.5, origin=year), row("Atlantis", 0.1, origin=year)])
    code, said = run(capsys, home, "hub", "submit", str(bad), "--metadata", str(meta))
    assert code == 1
    assert said["outcome"] == "refused"
    assert said["rules"] == {"probability": 1, "unknown-place": 1}
    assert {"file", "row", "column", "value", "rule", "message"} <= set(said["issues"][0])  # type: ignore[index]
    assert not (home / "hub").exists()
    assert main(["hub", "submit", str(bad), "--metadata", str(meta), "--home", str(home)]) == 1
    told = capsys.readouterr().out
    assert "2 reasons" in told
    assert "Nothing was kept" in told
    good = write(tmp_path / "good.csv", [row("SDN", 0.2, origin=year)])
    code, said = run(capsys, home, "hub", "submit", str(good), "--metadata", str(meta))
    assert (code, said["outcome"], said["model_id"]) == (0, "accepted", "example-constant")
    assert Path(str(said["folder"])).is_dir()
    assert run(capsys, home, "hub", "submit", "absent.csv", "--metadata", str(meta))[0] == 2
    assert run(capsys, home, "hub", "submit", str(good), "--metadata", str(meta), "--from", "excel")[0] == 2


def test_the_receipt_is_on_record_for_outsiders_to_check(empty: Teller, tmp_path: Path) -> None:
    file = write(tmp_path / "good.csv", [row("SDN", 0.2, origin=last_year())])
    words = ("hub", "submit", str(file), "--metadata", str(says(tmp_path / "about.yml", data_until="origin")))
    empty.fails(*words, "--by", "nobody_such", exits=2)
    assert not (empty.home / "hub").exists()
    kept = empty(*words)["submission"]
    assert kept["by"] == "analyst"
    empty(*words)
    bad = write(tmp_path / "bad.csv", [row("SDN", 2, origin=last_year())])
    empty("hub", "submit", str(bad), "--metadata", str(tmp_path / "about.yml"), exits=1)
    empty("hub", "ensemble")
    empty("ledger", "checkpoint")
    export = tmp_path / "ledger.txt"
    empty("ledger", "export", str(export))
    text = export.read_text(encoding="utf-8")
    assert text.count("hub.accepted") == 2, "once for what was accepted, once for the pool, never for what was not"
    assert kept["sha256"] in text


def test_with_nothing_handed_in_the_commands_say_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for words in (("hub", "score"), ("hub", "ensemble")):
        code, said = run(capsys, tmp_path / "home", *words)
        assert code == 1
        assert "tocsin hub" in said["error"]["todo"]  # type: ignore[index]


@pytest.mark.slow
def test_a_stranger_follows_the_how_to_from_its_first_line_to_its_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stranger").mkdir()
    monkeypatch.chdir(tmp_path / "stranger")
    blocks = re.findall(r"```(sh|python)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    commands = [line for kind, text in blocks if kind == "sh" for line in text.splitlines() if line]
    assert {shlex.split(c)[2] for c in commands} == {"template", "submit", "score", "ensemble"}
    said = []
    for kind, text in blocks:
        if kind == "python":
            exec(compile(text, str(PAGE), "exec"), {})
            continue
        for line in text.splitlines():
            assert main(shlex.split(line)[1:]) == 0, capsys.readouterr()
            said.append(capsys.readouterr().out)
    assert "rows to fill" in said[0]
    assert "accepted as example-constant" in said[1]
    assert " live)" in said[1], "the form's default origin is the last year: half of its window cannot have passed"
    assert "no outcome known yet" in said[2]
    assert "hub_equal beside it" in said[3]
