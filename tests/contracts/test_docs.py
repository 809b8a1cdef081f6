"""The docs tell the truth about the code: every command quoted exists, every link leads somewhere."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from contracts import quoted
from contracts.tree import PACKAGE, REPO, short

DOCS = REPO / "docs"


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_reference", REPO / "tools" / "write_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = _reference()
COMMANDS: dict[tuple[str, ...], Any] = {words[1:]: command for words, command in REFERENCE.tree()}


def test_the_reference_of_commands_is_current() -> None:
    assert REFERENCE.PAGE.read_text(encoding="utf-8") == REFERENCE.page(), "run `make reference`"


def test_the_guide_to_the_process_is_current() -> None:
    assert REFERENCE.GUIDE.read_text(encoding="utf-8") == REFERENCE.guide.as_markdown(), "run `make reference`"


def test_every_source_has_its_page_as_it_is_declared_and_no_page_is_left_over() -> None:
    made = REFERENCE.sources()
    assert {p.name: p.read_text(encoding="utf-8") for p in REFERENCE.SOURCES.iterdir()} == {
        p.name: text for p, text in made.items()
    }, "run `make reference`"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does_and_what_each_option_means(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    assert (command.help or "").strip()
    silent = [p.name for p in command.params if p.param_type_name == "option" and not (p.help or "").strip()]
    assert silent == []


def _misquoted(words: list[str]) -> str | None:
    """Say what is wrong with a quoted call, or None."""
    everywhere = {"--json", "--home", "--help"}
    path = tuple(word for word in words if not word.startswith("-"))
    known = next((path[:n] for n in (3, 2, 1) if path[:n] in COMMANDS), None)
    groups = {w[:n] for w in COMMANDS for n in (1, 2) if n < len(w)}
    if known is None:
        return None if not path or path in groups else "no such command"
    has = {name for p in COMMANDS[known].params for name in [*p.opts, *p.secondary_opts]} | everywhere
    strange = [word.partition("=")[0] for word in words if word.startswith("--")]
    return next((f"no option {word}" for word in strange if word not in has), None)


@pytest.mark.parametrize("page", quoted.pages(), ids=short)
def test_every_command_quoted_exists(page: Any) -> None:
    wrong = [f"{line} ({why})" for line, words in quoted.commands(page, "tocsin") if (why := _misquoted(words))]
    wrong += [line for line, words in quoted.commands(page, "make") if words[0] not in quoted.targets()]
    assert wrong == []


@pytest.mark.parametrize("page", quoted.pages(), ids=short)
def test_every_link_leads_somewhere(page: Any) -> None:
    lost = []
    for name, anchor in quoted.links(page):
        target = (page.parent / name).resolve() if name else page
        fits = target.suffix != ".md" or not anchor or (target.exists() and anchor in quoted.anchors(target))
        if not target.exists() or not fits:
            lost.append(f"{name}#{anchor}")
    assert lost == []


HOW_TO = {
    "add-a-source.md": "evidence/sources",
    "add-a-model.md": "evidence/forecast/models",
    "add-a-tripwire.md": "catalog/tripwires",
    "add-an-option.md": "catalog/options",
    "change-the-directive.md": "catalog/directive.yml",
}


@pytest.mark.parametrize("page", HOW_TO)
def test_each_kind_of_change_has_its_page_and_its_place(page: str) -> None:
    place = HOW_TO[page]
    assert place in (DOCS / "how-to" / page).read_text(encoding="utf-8")
    found = [PACKAGE / place, (PACKAGE / place).with_suffix(".csv")]
    assert any(path.exists() for path in found), place


def test_the_tripwire_page_tells_of_every_kind_there_is() -> None:
    page = (DOCS / "how-to" / "add-a-tripwire.md").read_text(encoding="utf-8")
    files = list((PACKAGE / "catalog" / "tripwires").glob("*.yml"))
    kinds = {YAML(typ="safe").load(path)["kind"] for path in files}
    assert {"forecast", "event", "silence", "bell"} <= kinds
    assert [kind for kind in kinds if f"`{kind}`" not in page] == []


def test_every_declared_source_and_model_is_named_in_the_docs() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in quoted.pages())
    sources = [p.parent.name for p in (PACKAGE / "evidence" / "sources").glob("*/source.yml")]
    models = [p.stem for p in (PACKAGE / "catalog" / "models").glob("*.yml")]
    assert len(sources) >= 6
    assert len(models) >= 5
    assert [name for name in sources + models if f"`{name}`" not in text] == []


def test_every_setting_is_documented() -> None:
    from tocsin.core.settings import Settings

    page = REFERENCE.PAGE.read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"TOCSIN_{name.upper()}" not in page] == []


def test_the_readme_shows_the_board_and_gives_the_two_commands() -> None:
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    assert "docs/board.png" in readme
    assert {"make run", "make test"} <= set(re.findall(r"^(make \w+)", readme, re.MULTILINE))
    assert {"run", "test"} <= quoted.targets()


def test_every_page_can_be_found_from_the_readme() -> None:
    start, seen = REPO / "README.md", set()
    queue = [start]
    while queue:
        page = queue.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        queue += [(page.parent / name).resolve() for name, _ in quoted.links(page) if name]
    orphans = [short(page) for page in quoted.pages() if page.is_relative_to(DOCS) and page not in seen]
    assert orphans == []


def test_the_changelog_has_an_entry_for_this_version() -> None:
    from tocsin import __version__

    changelog = (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(__version__)}\b", changelog, re.MULTILINE)
