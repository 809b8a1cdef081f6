"""A stranger makes a third directive by the page; the reference is what the code says."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest
from ruamel.yaml import YAML

from teller import Teller
from tocsin.catalog.directive.shelf import shipped

REPO = Path(__file__).parents[2]
HOW_TO = (REPO / "docs" / "how-to" / "change-the-directive.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_directive", REPO / "tools" / "write_directive.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_the_directive_is_current(writer: ModuleType) -> None:
    assert writer.main(["--check"]) == 0, "run `make reference`"


def test_the_schema_asks_for_every_part_that_a_shipped_directive_has(writer: ModuleType) -> None:
    asked = writer.schema()
    for copy in shipped():
        values = YAML(typ="safe").load(copy.text)
        assert (set(asked["required"]) == set(values)) == (copy.version != "1"), copy.version
        assert set(values["tiers"][0]) <= set(asked["$defs"]["Tier"]["properties"])
    assert set(asked["$defs"]["Tier"]["required"]) >= {"tier", "hours", "owner"}


def test_the_page_fits_on_a_page() -> None:
    assert len(HOW_TO.splitlines()) <= 80


def test_a_stranger_makes_a_third_directive_by_the_page(empty: Teller) -> None:
    """Every command of the page, in its order; the one edit it asks for between the second and the third step."""
    commands = [line for block in re.findall(r"```\n(.*?)```", HOW_TO, re.DOTALL) for line in block.splitlines()]
    assert len(commands) >= 9
    folder = empty.home.parent
    for line in commands:
        words = shlex.split(line)
        assert words.pop(0) == "tocsin"
        if words[:2] == ["directive", "check"]:
            file = folder / "ours.yml"
            text = file.read_text()
            for old, new in re.findall(r"`(name|version): (ours[-0-9]*)`", HOW_TO):
                text = re.sub(rf"^{old}: .*$", f"{old}: {new}", text, count=1, flags=re.MULTILINE)
            broken = text.replace("deputies: [deputy_coordinator]", "deputies: []")
            file.write_text(broken)
            quoted = re.search(r"`(ours\.yml:\d+: post coordinator [^`]*)`", HOW_TO)
            assert quoted
            assert quoted[1] in empty.text(*words, exits=1)
            file.write_text(text)
        empty.text(*words)
    assert empty("directive", "list")["in_force"] == "ours-1"
    item = empty("bell", "SDN", "--because", "Convoys are massing", "--by", "monitor")
    assert (item["directive_version"], item["owner"]) == ("ours-1", "coordinator")
    posts = {row["post"]: row["held_by"] for row in empty("people", "list")["posts"]}
    assert posts["board"] == ["amina"]
