"""A row of a publisher's file breaks a rule: an analyst opens it, mends it, releases it, and takes that back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evidence.publisher import publisher_file

from tocsin.cli.main import main
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.desk import quarantined
from tocsin.evidence import quarantine as room
from tocsin.evidence.store import good, load, load_tables
from tocsin.evidence.store.known import known
from tocsin.evidence.store.replay import replay
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db
ANALYST = Actor("analyst", None, "cli", "amal")
SOURCE = "facts_coups"
WHO = {"why": "The compiler confirmed the year by letter", "name": "Amal Example"}


def coups(path: Path, *wrong: str) -> Path:
    """Write the bundled list of coups with lines after it."""
    made = publisher_file(SOURCE)
    path.write_bytes(made.data() + "".join(f"{line}\n" for line in wrong).encode())
    return path


def years(ctx: Context) -> set[tuple[str, int]]:
    """Return the places and years of coups in force today."""
    return {(r["place_id"], r["year"]) for r in load_tables(ctx).coups.to_dicts()}


def test_a_row_is_opened_mended_released_and_taken_back(ctx: Context, tmp_path: Path, clock: FixedClock) -> None:
    before = years(ctx)
    file = coups(tmp_path / "coups.csv", "625,Sudan,20233,1", "500,Uganda,2022,0")
    assert load(ctx, SOURCE, file, "analyst").outcome == "quarantined"
    (one,) = room.files(ctx, SOURCE)
    (row,) = room.opened(ctx, one).rows
    assert row.came["year"] == "20233"
    assert {i.rule for i in row.issues} == {"future"}

    # Mended wrongly it stays where it is, and says by which rule.
    drafted = quarantined.mend(ctx, ANALYST, one, row.row, {"year": "2o23"}, **WHO)
    assert not drafted.holds
    assert drafted.issues[0]["rule"] == "not-a-number"
    with pytest.raises(Refused, match="not-a-number"):
        quarantined.release(ctx, ANALYST, one, [row.row], **WHO)
    assert years(ctx) == before

    assert quarantined.mend(ctx, ANALYST, one, row.row, {"year": "2023"}, **WHO).holds
    assert years(ctx) == before, "a mended row counts for nothing before it is released"
    clock.move(days=1)
    done = quarantined.release(ctx, ANALYST, one, **WHO)
    assert done.load
    assert years(ctx) == before | {("SDN", 2023)}
    held = good.loads(ctx.settings.store, SOURCE)[-1]
    told = json.loads((ctx.settings.store / SOURCE / "raw" / f"{held['mend']}.json").read_text())
    for part in (one.sha256, "20233", "2023", "Amal Example", WHO["why"]):
        assert part in told["origin"]
    assert (ctx.settings.store / SOURCE / "raw" / one.sha256).read_bytes() == file.read_bytes()
    assert room.opened(ctx, one).row(row.row).state == "released"
    assert load_tables(ctx).source(SOURCE).quarantined == 0

    clock.move(days=1)
    undone = quarantined.undo(ctx, ANALYST, SOURCE, **WHO)
    assert undone.rows == (row.row,)
    assert years(ctx) == before
    assert load_tables(ctx).source(SOURCE).quarantined == 1
    assert room.opened(ctx, one).row(row.row).state == "quarantined"
    # What was in force on the day between is what was known on it.
    day = ctx.now().date().replace(day=24)
    then = known(ctx.settings.store, SOURCE, day, today=ctx.now().date()).tables["coups"]
    assert ("SDN", 2023) in set(then.select("place_id", "year").rows())

    kinds = list(
        LedgerEntry.objects.filter(kind__startswith="quarantine.").order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == ["quarantine.mended", "quarantine.mended", "quarantine.released", "quarantine.undone"]
    assert replay(ctx).same, "every table follows from the bytes that came and from what was mended"


def test_who_may_not_and_what_says_nothing_changes_nothing(ctx: Context, tmp_path: Path) -> None:
    load(ctx, SOURCE, coups(tmp_path / "coups.csv", "625,Sudan,20233,1", "500,Uganda,2022,0"), "analyst")
    one = room.file_of(ctx, SOURCE)
    (row,) = room.opened(ctx, one).rows
    for values, error, said in (
        ({"year": "20233"}, Refused, "says already"),
        ({"jahr": "2023"}, Misuse, "no column 'jahr'"),
    ):
        with pytest.raises(error, match=said):
            quarantined.mend(ctx, ANALYST, one, row.row, values, **WHO)
    with pytest.raises(Refused, match="with why"):
        quarantined.mend(ctx, ANALYST, one, row.row, {"year": "2023"}, why="so", name="Amal Example")
    with pytest.raises(Misuse, match="by a person"):
        quarantined.mend(ctx, ANALYST, one, row.row, {"year": "2023"}, why=WHO["why"], name="amal")
    with pytest.raises(Refused, match="is not quarantined"):
        quarantined.mend(ctx, ANALYST, one, 1, {"year": "2023"}, **WHO)
    with pytest.raises(Refused, match="at the desk needs"):
        quarantined.mend(ctx, Actor("analyst", None, "desk"), one, row.row, {"year": "2023"}, **WHO)
    assert not (ctx.settings.store / SOURCE / "mends").exists()
    assert not LedgerEntry.objects.filter(kind__startswith="quarantine.").exists()


def test_an_older_file_is_not_laid_over_a_later_one(ctx: Context, tmp_path: Path, clock: FixedClock) -> None:
    load(ctx, SOURCE, coups(tmp_path / "old.csv", "625,Sudan,20233,1", "500,Uganda,2022,0"), "analyst")
    one = room.file_of(ctx, SOURCE)
    quarantined.mend(ctx, ANALYST, one, room.opened(ctx, one).rows[0].row, {"year": "2023"}, **WHO)
    clock.move(days=30)
    assert load(ctx, SOURCE, coups(tmp_path / "new.csv", "500,Uganda,2024,0"), "analyst").in_force
    with pytest.raises(Refused, match="later file, new") as refused:
        quarantined.release(ctx, ANALYST, one, **WHO)
    assert "nothing is to do" in refused.value.todo


def test_the_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, ctx: Context
) -> None:
    monkeypatch.setattr("tocsin.cli.feeds.quarantine.ready", lambda: None)
    monkeypatch.setattr("tocsin.cli.feeds.quarantine.context", lambda: ctx)

    def run(*words: str) -> tuple[int, dict[str, object]]:
        code = main(["--json", "feeds", "quarantine", *words])
        return code, json.loads(capsys.readouterr().out)

    code, told = run("list")
    assert (code, told["files"]) == (0, [])
    assert {i["row"] for i in told["bundled"]["ucdp_prio"]} == {41, 42}
    _, prio = run("list", "ucdp_prio")
    assert {"year", "gwno_loc"} <= {i["column"] for i in prio["bundled"]}
    with pytest.raises(Refused, match="came here") as none:
        room.file_of(ctx, "ucdp_prio")
    assert "tocsin load ucdp_prio FILE" in none.value.todo
    path = tmp_path / "prio.csv"
    path.write_bytes(publisher_file("ucdp_prio").data())
    assert load(ctx, "ucdp_prio", path, "analyst").in_force
    assert "ucdp_prio" not in run("list")[1]["bundled"], "what was bundled is in force no more"
    load(ctx, SOURCE, coups(tmp_path / "coups.csv", "625,Sudan,20233,1", "500,Uganda,2022,0"), "analyst")
    _, listed = run("list", SOURCE)
    number = str(listed["rows"][0]["row"])
    who = ("--name", "Amal Example", "--why", WHO["why"], "--by", "analyst")
    code, told = run("mend", SOURCE, number, "--set", "year=99", *who)
    assert (code, told["holds"], told["against"][0]["rule"]) == (1, False, "too-early")
    assert run("mend", SOURCE, number, "--set", "year=2023", *who)[0] == 0
    assert run("show", SOURCE, number)[1]["mend"]["name"] == "Amal Example"
    code, done = run("release", SOURCE, *who)
    assert (code, done["rows"]) == (0, [int(number)])
    code, back = run("undo", SOURCE, *who)
    assert (code, back["rows"]) == (0, [int(number)])
    assert run("undo", SOURCE, *who)[0] == 1


def test_what_the_register_cannot_enter_is_not_done(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = years(ctx)
    load(ctx, SOURCE, coups(tmp_path / "coups.csv", "625,Sudan,20233,1", "500,Uganda,2022,0"), "analyst")
    one = room.file_of(ctx, SOURCE)
    row = room.opened(ctx, one).rows[0].row
    quarantined.mend(ctx, ANALYST, one, row, {"year": "2023"}, **WHO)

    def stopped(*_: object, **__: object) -> None:
        raise Damaged("The record has stopped")

    monkeypatch.setattr(quarantined, "entered", stopped)
    with pytest.raises(Damaged):
        quarantined.mend(ctx, ANALYST, one, row, {"year": "2022"}, **WHO)
    with pytest.raises(Damaged):
        quarantined.release(ctx, ANALYST, one, **WHO)
    assert years(ctx) == before
    assert room.opened(ctx, one).row(row).mend.now == {"year": "2023"}
