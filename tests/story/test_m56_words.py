"""M56: a text on peacekeeping and conflict prevention in US terms; the UN view shows mapped terms and warnings."""

from __future__ import annotations

import json
import subprocess
import sys

US_TEXT = """Peace operations alone will not do. Conflict prevention and stability programs protect
noncombatants, and our atrocity prevention desk reads every SITREP before security assistance is released.
"""
WANTED = {
    "Peace operations": "peacekeeping",
    "Conflict prevention and stability": "preventive diplomacy",
    "noncombatants": "civilian population",
    "SITREP": "SitRep",
}


def tocsin(*words: str, home, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tocsin", "--home", str(home), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        input=given,
    )


def test_m56_a_us_text_is_read_in_un_words_with_warnings_and_is_not_changed(tmp_path) -> None:
    file = tmp_path / "cable.txt"
    file.write_text(US_TEXT, encoding="utf-8")
    done = tocsin("words", str(file), "--from", "us", "--to", "un", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    marks = {m["word"]: m for m in json.loads(done.stdout)["marks"]}
    for word, mapped in WANTED.items():
        assert mapped in marks[word]["mapped"]
    assert "May trade justice for calm" in marks["Conflict prevention and stability"]["warnings"]
    assert "US military doctrine splits PKO and enforcement" in marks["Peace operations"]["warnings"]
    assert file.read_text(encoding="utf-8") == US_TEXT
    shown = tocsin("words", "-", "--from", "us", "--to", "un", home=tmp_path, given=US_TEXT).stdout
    assert "Peace operations [peacekeeping or peace operations †]" in shown
    assert "† Conflict prevention and stability -> preventive diplomacy: May trade justice for calm" in shown


def test_m56_bad_files_are_answered_in_one_sentence(tmp_path) -> None:
    latin = tmp_path / "latin.txt"
    latin.write_bytes("démarche".encode("latin-1"))
    for words, code in ((["words", str(latin)], 1), (["words", str(tmp_path / "none.txt")], 2)):
        done = tocsin(*words, "--from", "us", "--to", "un", home=tmp_path)
        assert done.returncode == code
        assert len(done.stderr.strip().splitlines()) == 1
