"""Two analysts on two machines, with the same inputs on the same day: what they export is the same, byte for byte."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from packaged import line, package
from story.conftest import T0
from teller import Teller

pytestmark = pytest.mark.slow
POSTS = ("analyst", "second_reader")
MATCH = ("options", "match", "--item", "1", "--all")
ROUTE = ("options", "route", "inquiry", "--place", "ZMB", "--by", "2027-01-20")


def _worked(home: Path, user: str, *, apart: bool) -> dict[str, str]:
    """Do a day's work in a home of its own and return what each export says."""
    folder = home.parent
    tell = Teller(home, now=T0, user=user, apart=apart)
    tell("bell", "ZMB", "--because", "The market women report lists of houses and a column on the road north")
    invited = [word for post in POSTS for word in ("--invite", post)]
    until = (T0 + timedelta(days=7)).strftime("%Y-%m-%dT%H:%MZ")
    asked = ("--question", "Who can be asked for observers?", "--until", until, "--ask", "RF7", "--by", "analyst")
    tell("assess", "open", "ZMB", *invited, *asked)
    for post in POSTS:
        teller = tell.by(post)
        rows = list(csv.DictReader(io.StringIO(teller.text("assess", "form", "--place", "ZMB", "--by", post))))
        for row in rows[:3]:
            row.update(state="present", trend="worse", confidence="low", evidence="https://example.org/a [B2]")
        sheet = folder / f"{post}.json"
        sheet.write_text(json.dumps({"rows": rows[:3]}), encoding="utf-8")
        teller("assess", "load", str(sheet), "--by", post)
        teller("assess", "submit", "ZMB", "1", "--by", post)
    tell("options", "at-hand", "ZMB", "--actors", "states,leaders", "--why", "They answer.", "--by", "analyst")
    (folder / "package.json").write_text(json.dumps(package(line("D05"))), encoding="utf-8")
    tell("package", "submit", "1", str(folder / "package.json"), "--by", "desk_officer")
    tell("package", "export", "1", str(folder / "out.json"))
    return {
        "round": tell.text("assess", "round", "ZMB", "1", "--csv"),
        "options": tell.text(*MATCH, "--json"),
        "options in words": tell.text(*MATCH),
        "route": tell.text(*ROUTE, "--json"),
        "package": (folder / "out.json").read_text(encoding="utf-8"),
    }


def test_two_homes_export_the_same_bytes(tmp_path: Path, laid: Callable[[Path], Path]) -> None:
    # The second in programs of their own, whose hashes have another seed.
    one, two = (_worked(laid(tmp_path / name / "home"), "desk", apart=name == "two") for name in ("one", "two"))
    assert {name for name in one if one[name] != two[name]} == set()
    assert all(len(text) > 200 for text in one.values())
