"""``tocsin oversight`` as a person runs it: one sentence for every wrong word, and nothing lost."""

from __future__ import annotations

from pathlib import Path

from teller import Teller


def test_a_report_is_written_from_an_export_by_somebody_without_the_register(empty: Teller, tmp_path: Path) -> None:
    words = ("--because", "Convoys north of El Fasher since Friday")
    empty("bell", "Sudan", *words)
    empty("ledger", "export", str(tmp_path / "log.txt"))
    ours = empty("oversight", "report", "--out", str(tmp_path / "ours.json"))
    stranger = Teller(tmp_path / "elsewhere")
    theirs = stranger(
        "oversight", "report", "--ledger", str(tmp_path / "log.txt"), "--out", str(tmp_path / "theirs.html")
    )
    assert theirs["filled"] == ours["filled"] > 0
    assert not (stranger.home / "register.sqlite3").exists(), "reading a file makes no register"
    assert "Warnings and answers" in (tmp_path / "theirs.html").read_text()
    said = stranger.fails("oversight", "report", "--ledger", str(tmp_path / "none.txt"), exits=1)
    assert "cannot be read" in said


def test_what_is_missing_is_exported_and_a_side_is_not_left_out_in_silence(empty: Teller, tmp_path: Path) -> None:
    said = empty.fails("oversight", "gaps", "raise", "--kind", "mood", "--what", "a b c", "--owner", "deputies",
                       "--due", "2030-01-01", "--by", "analyst", exits=2)  # fmt: skip
    assert "no kind of gap" in said
    what = ("--what", "No law lets a mission share names", "--owner", "deputies", "--due", "2030-01-01")
    empty("oversight", "gaps", "raise", "--kind", "law", *what, "--by", "analyst")
    told = empty("oversight", "gaps", "export", "--out", str(tmp_path / "draft.txt"))
    assert [g["directive_slot"] for g in told["gaps"]] == ["authorities"]
    assert "deputies" in (tmp_path / "draft.txt").read_text()
    empty(
        "oversight", "briefings", "prepare", "--title", "Sudan", "--text", "Three roads are closed", "--by", "analyst"
    )
    said = empty.fails("oversight", "briefings", "deliver", "1", "--to", "majority_office", "--by", "analyst", exits=1)
    assert "would not get what" in said
    assert empty("oversight", "briefings", "deliver", "1", "--by", "analyst")["why_not_all"] == ""
    (tmp_path / "note.txt").write_text("The regime fell.\n")
    assert empty("oversight", "words", str(tmp_path / "note.txt"), exits=1)["loaded"][0]["column"] == 5
