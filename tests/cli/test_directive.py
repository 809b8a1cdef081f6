"""``tocsin directive``: what a person at a terminal is told about the mandate."""

from __future__ import annotations

import pytest

from teller import Teller
from tocsin.catalog import directive


def test_the_directives_that_ship_are_listed(empty: Teller) -> None:
    told = empty("directive", "list")
    assert told["in_force"] == directive.current().version
    assert {(d["name"], d["version"]) for d in told["directives"]} >= {("default", "2"), ("coalition", "coalition-1")}
    assert [d["version"] for d in told["directives"] if d["in_force"]] == [told["in_force"]]


def test_a_rung_is_shown_with_its_clock_and_its_authority(empty: Teller) -> None:
    """M10: which authority, who issued it, whether in force, and how that is known."""
    out = empty.text("directive", "show")
    assert "tier 3  Headquarters desk officer: 72 h, owes a package of options" in out
    assert "Executive Order 13729" in out
    assert "last seen in force 2022-07-15" in out
    assert "from memory, unverified" in out
    out = empty.text("directive", "show", "coalition")
    assert "tier 3  Board of the coalition: 72 h" in out
    assert "written by the organisation itself, not a law" in out


def test_a_shipped_directive_holds_and_a_broken_file_is_told_line_by_line(empty: Teller) -> None:
    assert empty("directive", "check")["holds"]
    assert empty("directive", "check", "coalition")["holds"]
    file = empty.home.parent / "ours.yml"
    file.write_text(directive.find("coalition").text.replace("deputies: [deputy_coordinator]", "deputies: []"))
    out = empty.text("directive", "check", str(file), exits=1)
    line = file.read_text().split("- id: coordinator")[0].count("\n") + 1 + 5
    assert f"{file}:{line}: post coordinator owns tier 2 and has no deputy. Name at least one" in out


@pytest.mark.parametrize(
    ("content", "exits", "said"),
    [
        (b"\xff\xfe\x00", 2, "UTF-8"),
        (b"", 1, "holds no directive"),
        (b"a: [", 1, "not YAML"),
        (b"x" * 1_000_001, 2, "too long"),
    ],
)
def test_what_is_no_directive_is_said_in_one_sentence(empty: Teller, content: bytes, exits: int, said: str) -> None:
    file = empty.home.parent / "ours.yml"
    file.write_bytes(content)
    process = empty.start("directive", "check", str(file))
    out, err = process.communicate(timeout=60)
    assert process.returncode == exits
    assert said in out + err
    assert "Traceback" not in err
