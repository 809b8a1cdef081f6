"""The page that says what is met names tests that exist, for each requirement in it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "requirements.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (M[0-9]+) \|(.*)$", re.MULTILINE)

MET = [
    "M1",
    "M2",
    "M5",
    "M6",
    "M7",
    "M8",
    "M9",
    "M10",
    "M11",
    "M12",
    "M13",
    "M14",
    "M15",
    "M16",
    "M17",
    "M18",
    "M19",
    "M20",
    "M21",
    "M22",
    "M23",
    "M24",
    "M25",
    "M26",
    "M27",
    "M28",
    "M29",
    "M30",
    "M31",
    "M32",
    "M33",
    "M34",
    "M35",
    "M36",
    "M37",
    "M38",
    "M39",
    "M40",
    "M41",
    "M42",
    "M43",
    "M44",
    "M45",
    "M46",
    "M47",
    "M48",
    "M51",
    "M52",
    "M54",
    "M56",
    "M58",
    "M59",
    "M60",
    "M61",
    "M62",
    "M63",
    "M64",
    "M65",
    "M66",
    "M67",
    "M68",
    "M69",
    "M70",
    "M71",
    "M72",
    "M73",
    "M74",
    "M75",
    "M76",
    "M77",
    "M78",
    "M79",
    "M80",
    "M81",
    "M82",
    "M83",
]


def test_every_requirement_is_shown_by_tests_that_exist() -> None:
    rows = ROW.findall(PAGE)
    assert [name for name, _ in rows] == MET
    for name, row in rows:
        shown = re.findall(r"`(tests/[a-z0-9_/]+\.py)::([a-z0-9_]+)`", row)
        assert shown, f"{name} names no test"
        for path, test in shown:
            source = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"^def {test}\(", source, re.MULTILINE), f"{name}: {path}::{test} is not there"
