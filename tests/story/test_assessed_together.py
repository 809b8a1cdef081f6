"""Three assessors by command line: blind, offline and on, revealed, exported; the same inputs give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cli.test_docket import Tell, tell

__all__ = ["tell"]
pytestmark = pytest.mark.django_db(transaction=True)
POSTS = ("analyst", "second_reader", "desk_officer")
SECRET = "only the analyst saw the convoy"


def filled(tell: Tell, folder: Path, by: str, states: dict[str, str], note: str = "") -> Path:
    rows = list(csv.DictReader(io.StringIO(tell("assess", "form", "--place", "SDN", "--by", by, text=True))))
    for row in rows:
        if row["code"] in states:
            row.update(state=states[row["code"]], trend="worse", confidence="low", note=note)
            row["evidence"] = "https://example.org/a [B2] (2026-10-01)"
    file = folder / f"{by}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_three_assess_one_question_blind_and_see_where_they_differ(tell: Tell, tmp_path: Path) -> None:
    invited = [word for post in POSTS for word in ("--invite", post)]
    asked = ["--question", "Which steps before the election, and by whom?", "--until", "2099-01-01"]
    refused = tell("assess", "open", "SDN", *asked, *invited, "--ask", "RF7", "--by", "analyst", exits=1)
    assert "cannot close" in refused["what"]
    asked[-1] = _soon()
    head = tell("assess", "open", "SDN", *asked, *invited, "--ask", "RF7", "--by", "analyst")
    assert (head["round"], head["revealed_at"], head["questions"]) == (1, None, 15)
    states = {"7.1": "present", "7.2": "absent", "7.3": "present", "7.5": "present"}
    for post in POSTS:
        mine = {**states, "7.5": "absent"} if post == "desk_officer" else states
        file = filled(tell, tmp_path, post, mine, SECRET if post == "analyst" else "")
        assert tell("assess", "load", str(file), "--by", post)["saved"] == list(states)
        if post != "desk_officer":
            tell("assess", "submit", "SDN", "1", "--by", post)
            shown = tell("assess", "round", "SDN", "1", text=True) + tell(
                "assess", "round", "SDN", "1", "--csv", text=True
            )
            shown += tell("assess", "SDN", text=True) + tell(
                "assess", "form", "--place", "SDN", "--by", POSTS[2], text=True
            )
            assert SECRET not in shown + json.dumps(tell("assess", "round", "SDN", "1"))
            tell("ledger", "export", str(tmp_path / f"{post}.txt"))
            assert SECRET not in (tmp_path / f"{post}.txt").read_text(encoding="utf-8")
    # Saved on the page meanwhile: the file that comes back is kept beside it, and the assessor is asked.
    late = filled(tell, tmp_path, "desk_officer", {"7.5": "partly"}, "from the road")
    rows = list(csv.DictReader(io.StringIO(late.read_text(encoding="utf-8"))))
    for row in rows:
        row["made_from"] = "0"
    late.write_text(json.dumps({"rows": [r for r in rows if r["code"] == "7.5"]}), encoding="utf-8")
    said = tell_exit(tell, "assess", "load", str(late), "--by", "desk_officer")
    (double,) = said["twice"]
    assert "Saved twice" in tell("assess", "submit", "SDN", "1", "--by", "desk_officer", exits=1)["what"]
    tell("assess", "settle", str(double["twice"]), "first", "--by", "desk_officer")
    head = tell("assess", "submit", "SDN", "1", "--by", "desk_officer")
    assert head["revealed_because"] == "all_submitted"
    told = tell("assess", "round", "SDN", "1")
    (group,) = told["revealed"]["groups"]
    assert group["dissent"] == ["7.5"]
    assert group["agreement"]["nominal"]["units"] == 4
    text = tell("assess", "round", "SDN", "1", text=True)
    assert "dissent on 7.5" in text
    assert SECRET in tell("assess", "round", "SDN", "1", "--csv", text=True)


def test_two_analysts_with_the_same_inputs_export_the_same_bytes(tell: Tell, tmp_path: Path) -> None:
    invited = ["--invite", "analyst", "--invite", "second_reader"]
    asked = ["--question", "Which steps before the election, and by whom?", "--until", _soon()]
    tell("assess", "open", "SDN", *asked, *invited, "--ask", "RF7", "--by", "analyst")
    for post in ("analyst", "second_reader"):
        file = filled(tell, tmp_path, post, dict.fromkeys(("7.1", "7.2", "7.3", "7.4"), "present") | {"7.5": "absent"})
        tell("assess", "load", str(file), "--by", post)
        tell("assess", "submit", "SDN", "1", "--by", post)
    first = [tell("assess", "round", "SDN", "1", *more, text=True) for more in ((), ("--csv",))]
    again = [tell("assess", "round", "SDN", "1", *more, text=True) for more in ((), ("--csv",))]
    assert first == again
    assert tell("assess", "round", "SDN", "1")["revealed"] == tell("assess", "round", "SDN", "1")["revealed"]


def tell_exit(tell: Tell, *words: str) -> dict[str, object]:
    """Run a command that tells of something by exit code 1 with its object on standard output."""
    from tocsin.cli.main import main

    with io.StringIO() as out:
        import contextlib
        import os

        os.environ["LOGNAME"] = words[words.index("--by") + 1]
        with contextlib.redirect_stdout(out):
            assert main([*words, "--json"]) == 1
        return dict(json.loads(out.getvalue()))


def _soon() -> str:
    from datetime import timedelta

    from tocsin.core.clock import SystemClock, iso

    return str(iso(SystemClock().now() + timedelta(days=7)))
