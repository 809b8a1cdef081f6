"""``tocsin load`` and ``tocsin snapshot`` from outside: the object printed, the exit code, the sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evidence.publisher import publisher_file

from teller import Teller
from tocsin.cli.main import main
from tocsin.evidence.sources import source_ids

pytestmark = pytest.mark.django_db  # the register is looked at before a file is taken in
KEYS = {"outcome", "rows_in", "rows_accepted", "rows_quarantined", "issues", "source", "sha256"}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object], str]:
    """Run a command and return its exit code, the one object on standard output, and standard error."""
    code = main([*words, "--json"])
    out = capsys.readouterr()
    return code, json.loads(out.out), out.err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = publisher_file("ucdp_brd")
    path = tmp_path / made.name
    path.write_bytes(made.data())
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    return str(tmp_path / "home")


def test_accepted(capsys: pytest.CaptureFixture[str], file: Path, home: str) -> None:
    code, result, _ = run(capsys, "load", "ucdp_brd", str(file), "--home", home)
    assert code == 0
    assert result.keys() >= KEYS
    assert result["outcome"] == "accepted"
    assert result["rows_in"] == result["rows_accepted"] == len(publisher_file("ucdp_brd").rows)


def test_quarantined(capsys: pytest.CaptureFixture[str], file: Path, home: str) -> None:
    file.write_bytes(publisher_file("ucdp_brd").with_value(7, "bd_best", "-4").data())
    code, result, _ = run(capsys, "load", "ucdp_brd", str(file), "--home", home)
    assert code == 1
    assert (result["outcome"], result["rows_quarantined"]) == ("quarantined", 1)
    first = result["issues"][0]  # type: ignore[index]
    assert (first["row"], first["column"], first["value"], first["rule"]) == (8, "bd_best", "-4", "negative")


def test_refused(capsys: pytest.CaptureFixture[str], file: Path, home: str) -> None:
    file.write_bytes(b"<html><body>Gateway timeout</body></html>")
    code, result, _ = run(capsys, "load", "ucdp_brd", str(file), "--home", home)
    assert code == 1
    assert (result["outcome"], result["rows_accepted"]) == ("refused", 0)
    assert main(["load", "ucdp_brd", str(file), "--home", home]) == 1
    assert "the last good data stays in force" in capsys.readouterr().out


def test_an_unknown_source_lists_the_known_ones(capsys: pytest.CaptureFixture[str], file: Path, home: str) -> None:
    code, _, said = run(capsys, "load", "no_such_source", str(file), "--home", home)
    assert code == 2
    assert all(source in said for source in source_ids())


def test_a_source_with_terms_takes_no_file_by_hand_before_they_are_accepted(
    capsys: pytest.CaptureFixture[str], file: Path, home: str
) -> None:
    code, _, said = run(capsys, "load", "acled", str(file), "--home", home)
    assert code == 1
    assert "a named person has accepted its terms" in said
    assert not (Path(home) / "store" / "acled").exists()
    assert run(capsys, "feeds", "accept", "acled", "--name", "Ada Example", "--home", home)[0] == 0
    code, said_now, _ = run(capsys, "load", "acled", str(file), "--home", home)
    assert (code, said_now["outcome"]) == (1, "refused"), "now it is the file that does not fit"


def test_an_absent_file_is_misuse(capsys: pytest.CaptureFixture[str], home: str) -> None:
    assert run(capsys, "load", "vdem", "/nowhere.csv", "--home", home)[0] == 2


def test_snapshot_needs_a_folder(capsys: pytest.CaptureFixture[str], home: str, tmp_path: Path) -> None:
    assert run(capsys, "snapshot", "build", "--from", str(tmp_path / "absent"), "--home", home)[0] == 2
    assert (
        run(capsys, "snapshot", "build", "--from", str(tmp_path), "--to", str(tmp_path / "to"), "--home", home)[0] == 2
    )
    assert not (tmp_path / "to").exists()


REAL = [
    ("ucdp_ged", "ucdp/ged_2025_events.csv", 28_396, 0),
    ("ucdp_ged", "ucdp/GEDevent_v26_0_2.xlsx", 1_298, 0),
    ("ucdp_ged", "ucdp/GEDEvent_v23_0_10.csv", 2_391, 0),
    ("ucdp_ged", "ucdp/hxl_conflict_data_ukr.csv", 2_989, 0),
    ("ucdp_ged", "ucdp/hxl_conflict_data_bgd.csv", 601, 0),
    ("ucdp_ged", "ucdp/ged191_mmr_bgd.zip", 3_194, 0),
    ("ucdp_ged", "ucdp/ged_syria_2016_2019.parquet", 16_566, 0),
    ("ucdp_ged", "ucdp/ged_country_month_1989_2021/ged_cm_postpatch.parquet", 278_627, 0),
    ("ucdp_brd", "ucdp/BattleDeaths_v25_1.csv", 1_995, 0),
    ("ucdp_prio", "ucdp/UcdpPrioConflict_v25_1.csv", 2_752, 2),
    ("vdem", "vdem/vdem_ewp_subset_1934_2024.csv", 14_559, 0),
    ("vdem", "vdem/vdem_simple_1789_2024.parquet", 27_913, 0),
    ("worldbank", "worldbank/wdi.csv", 17_290, 0),
    ("worldbank", "worldbank/API_NY.GDP.MKTP.CD_DS2_en_csv_v2_38344.csv", 266, 0),
    ("worldbank", "worldbank/API_SP.POP.TOTL_DS2_en_csv_v2_38144.csv", 266, 0),
    ("unhcr", "unhcr/population.parquet", 138_893, 0),
    ("unhcr", "unhcr/idmc.csv", 934, 0),
    ("facts_mass_killing", "mass_killing/ewp_mass_killings.csv", 157, 0),
    ("facts_coups", "coups/ptcoups_gw.csv", 12_384, 0),
    ("facts_coups", "coups/all-coups.csv", 776, 0),
]


@pytest.mark.shared
@pytest.mark.parametrize(("source", "name", "rows", "bad"), REAL, ids=[r[1] for r in REAL])
def test_what_publishers_really_serve(
    source: str, name: str, rows: int, bad: int, capsys: pytest.CaptureFixture[str], home: str, shared: Path
) -> None:
    """Every shape in the real input, row for row; the one broken record of UCDP/PRIO (rows 41 and 42) stays out."""
    code, result, _ = run(capsys, "load", source, str(shared / "data" / name), "--home", home)
    assert (result["rows_in"], result["rows_quarantined"]) == (rows, bad)
    assert result["rows_accepted"] == rows - bad
    assert code == (1 if bad else 0)
    if bad:
        assert {i["row"] for i in result["issues"] if i["weight"] == "row"} == {41, 42}  # type: ignore[union-attr,index]


SPOILT = {
    "cut": lambda d: d[: int(len(d) * 0.6)],
    "renamed": lambda d: d.replace(b"best", b"bst", 1).replace(b"year", b"yr", 1),
    "page": lambda _: b"<html></html>",
    "tabs": lambda d: d.replace(b",", b"\t"),
    "utf-16": lambda d: d.decode("utf-8").encode("utf-16"),
}


@pytest.mark.shared
@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("ucdp_ged", "ucdp/ged_2025_events.csv"),
        ("ucdp_ged", "ucdp/GEDEvent_v23_0_10.csv"),
        ("ucdp_brd", "ucdp/BattleDeaths_v25_1.csv"),
        ("vdem", "vdem/vdem_ewp_subset_1934_2024.csv"),
        ("worldbank", "worldbank/wdi.csv"),
        ("unhcr", "unhcr/idmc.csv"),
        ("facts_coups", "coups/ptcoups_gw.csv"),
    ],
)
def test_real_files_spoilt(
    source: str, name: str, how: str, capsys: pytest.CaptureFixture[str], home: str, shared: Path, tmp_path: Path
) -> None:
    data = (shared / "data" / name).read_bytes()
    bad = SPOILT[how](data)
    assert bad != data
    path = tmp_path / Path(name).name
    path.write_bytes(bad)
    code, result, _ = run(capsys, "load", source, str(path), "--home", home)
    assert code == 1
    assert result["outcome"] == "refused", result["issues"][:3]  # type: ignore[index]


def test_a_file_nobody_can_read_has_an_unknown_number_of_rows(
    capsys: pytest.CaptureFixture[str], file: Path, home: str
) -> None:
    file.write_bytes(file.read_bytes().decode().encode("utf-16"))
    _, result, _ = run(capsys, "load", "ucdp_brd", str(file), "--home", home)
    assert (result["rows_in"], result["rows_accepted"], result["rows_quarantined"]) == (None, 0, None)


def test_a_post_the_directive_does_not_have_loads_nothing(
    capsys: pytest.CaptureFixture[str], file: Path, home: str
) -> None:
    assert run(capsys, "load", "ucdp_brd", str(file), "--home", home, "--by", "nobody")[0] == 2
    assert not (Path(home) / "store").exists()


def test_a_folder_is_called_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path, home: str) -> None:
    code, _, err = run(capsys, "load", "ucdp_brd", str(tmp_path), "--home", home)
    assert code == 2
    assert "is a folder" in err


@pytest.mark.sqlite
def test_nothing_is_loaded_beside_a_damaged_register(file: Path, tmp_path: Path) -> None:
    teller = Teller(tmp_path / "damaged")
    teller.home.mkdir()
    (teller.home / "register.sqlite3").write_bytes(b"this is no database" * 400)
    assert "register" in teller.fails("load", "ucdp_brd", str(file), exits=1)
    assert not (teller.home / "store").exists()
