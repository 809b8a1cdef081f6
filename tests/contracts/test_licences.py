"""Whose figures, under which licence; and no third party's code in the tree."""

from __future__ import annotations

import pytest

from contracts.tree import PACKAGE, REPO, files, short, text

SNAPSHOT = PACKAGE / "data" / "snapshot"
OPEN = {
    "vdem": "CC BY-SA 4.0",
    "ucdp": "CC BY 4.0",
    "worldbank": "CC BY 4.0",
    "unhcr": "CC BY 4.0",
    "facts": None,
    "geography": "public domain",
}


@pytest.mark.parametrize("folder", OPEN)
def test_figures_lie_apart_by_licence_and_say_which(folder: str) -> None:
    assert list((SNAPSHOT / folder).glob("*.parquet")) or folder == "geography"
    sources = (SNAPSHOT / "SOURCES.md").read_text(encoding="utf-8")
    assert f"{folder}/" in sources
    if OPEN[folder]:
        assert OPEN[folder] in sources.replace("Public", "public")


def test_no_folder_of_figures_is_without_its_line() -> None:
    sources = (SNAPSHOT / "SOURCES.md").read_text(encoding="utf-8")
    folders = [path.name for path in SNAPSHOT.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert [name for name in folders if f"{name}/" not in sources] == []


def test_no_third_partys_script_or_font_is_kept() -> None:
    fonts = [short(p) for p in files() if p.suffix in {".woff", ".woff2", ".ttf", ".otf", ".eot"}]
    assert fonts == []
    scripts = [p for p in files() if p.suffix in {".js", ".mjs"}]
    assert [short(p) for p in scripts if ".min." in p.name or p.stat().st_size > 20_000] == []
    assert [short(p) for p in scripts if "@license" in (text(p) or "") or "Copyright" in (text(p) or "")] == []


def test_the_projects_own_licence_stands_at_the_top() -> None:
    assert "Apache License" in (REPO / "LICENSE").read_text(encoding="utf-8")
    assert "Apache-2.0" in (REPO / "pyproject.toml").read_text(encoding="utf-8")
    assert "Apache" in (REPO / "README.md").read_text(encoding="utf-8")
