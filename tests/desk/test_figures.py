"""M28: figures of other publishers and of the house itself, told what they mean, beside the forecasts of one place.

An analyst brings a ministry's table with HXL hashtags, says what it means, loads it and a food-security file, and reads
both on the situation page with date, source and licence: conflicting analyses beside one another, gaps named, no sum.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tocsin.cli.main import main

TABLE = "Pays,Mois,Arrivees\n#country+code,#date+month,#affected+arrived\nSDN,2026-05,120\nSDN,2026-06,<b>9</b>\n"
IPC = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number,Percentage\n"
FILLED = {
    "title": "Register of camps", "publisher": "Ministry",
    "url": "https://ministry.example.org/", "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/", "citation": "Ministry, register of camps",
    "coverage": "Camps the ministry runs",
}  # fmt: skip


@pytest.fixture
def told(desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run a command in the home of the desk and return its code and what it said as JSON."""
    monkeypatch.setenv("TOCSIN_HOME", str(desk))

    def run(*words: str) -> tuple[int, dict]:
        code = main(["--json", *words])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_table_is_told_what_it_means_and_stands_on_the_page_of_the_place(told, reader, tmp_path: Path) -> None:
    table, mapping = tmp_path / "camps.csv", tmp_path / "camps.yml"
    table.write_text(TABLE.replace("SDN,2026-06,<b>9</b>\n", ""), "utf-8")
    page = reader.get("/places/SDN/figures").content.decode()
    assert "Nothing is known of Sudan" in page
    assert "tocsin map suggest" in page, "an empty page says how to fill it"

    assert told("map", "suggest", str(table), "--to", str(mapping))[0] == 0
    code, said = told("map", "check", str(mapping), str(table))
    assert code == 1
    assert "this is still to be filled in" in {i["message"] for i in said["issues"]}
    text = mapping.read_text("utf-8")
    for entry, value in FILLED.items():
        before = next(line for line in text.splitlines() if line.startswith(f"{entry}: "))
        text = text.replace(before, f'{entry}: "{value}"')
    mapping.write_text(text.replace('"FILL what is counted"', "persons"), "utf-8")
    code, said = told("map", "check", str(mapping), str(table))
    assert (code, said["figures"], said["first"][0]["value"]) == (0, 1, 120.0)
    assert told("indicators", "list", "SDN")[1]["figures"] == [], "a look keeps nothing"

    assert told("map", "add", str(mapping))[1]["id"] == "camps"
    assert told("load", "camps", str(table))[1]["outcome"] == "accepted"
    both = [f"May 2026,SDN,9,current,2026-05-01,2026-07-31,{p},{n},1\n" for n in (50, 20) for p in ("all", "3+")]
    (tmp_path / "ipc.csv").write_text(IPC + "".join(both), "utf-8")
    assert told("load", "ipc", str(tmp_path / "ipc.csv"))[1]["outcome"] == "accepted"

    place = reader.get("/places/SDN").content.decode()
    beside = place[place.index("Figures beside the forecasts") :].partition("</section>")[0]
    for words in ("Register of camps, CC BY 4.0", "120 persons", "2026-05", "50 persons", "20 persons", "of 2026-05"):
        assert words in beside, words
    assert "70" not in beside, "two analyses are never added up"
    assert "Not loaded:" in beside
    assert "INFORM Risk Index" in beside
    assert "No figure is not a good figure" in beside
    silent = reader.get("/places/TCD/figures").content.decode()
    assert "no figure of it" in silent

    code, said = told("indicators", "write", "SDN", "--to", str(tmp_path / "out.csv"))
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert lines[1].startswith("#country+code,#adm+name,#indicator+code")
    assert said["rows"] == len(lines) - 2 == 7

    earlier = reader.get("/places/SDN/figures?as_of=2020-01-01").content.decode()
    assert "120 persons" not in earlier, "it was not known then"
    for bad in ("tomorrow", "2999-01-01"):
        answer = reader.get(f"/places/SDN/figures?as_of={bad}&source=camps")
        assert answer.status_code == 422
        assert f'value="{bad}"' in answer.content.decode(), "what was typed stays"


def test_a_stranger_is_not_shown_the_page(desk: Path, client) -> None:
    answer = client.get("/places/SDN/figures")
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


def test_every_command_answers_what_it_cannot_do_in_one_sentence(told, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("", "utf-8")
    for words, part in (
        (("indicators", "list", "Nowhere"), "not a place"),
        (("indicators", "list", "SDN", "--as-of", "soon"), "soon"),
        (("indicators", "list", "SDN", "--source", "ucdp_ged"), "not a source of indicators"),
        (("map", "check", "no.yml", "no.csv"), "no file"),
        (("map", "suggest", str(tmp_path / "empty.csv"), "--to", str(tmp_path / "x.yml")), "No table"),
        (("map", "add", str(tmp_path / "empty.csv")), "does not hold"),
    ):
        code, said = told(*words)
        assert code in (1, 2), words
        assert part in said["error"]["what"] + said["error"]["where"], said
    assert not (tmp_path / "x.yml").exists()
