"""Write the pages that are made: commands and settings, the guide to the process, one page a source.

``--check`` writes nothing and exits 1 when a page is not current. The pages are never edited by hand.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from tocsin.catalog import guide
from tocsin.cli.main import build
from tocsin.core.settings import Settings
from tocsin.evidence.sources import loadable
from tocsin.evidence.sources import page as source_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"
SOURCES = PAGE.parent / "sources"
GUIDE = PAGE.parents[1] / "explain" / "process.md"
HEAD = """# Commands and settings

This page is written by `make reference` from the commands themselves; do not edit it.

Everywhere: `--home DIR` (or the variable `TOCSIN_HOME`) chooses the data folder, and `--json` prints one JSON object on
standard output; both may stand before or after the command. Exit codes: 0 done, 1 found wanting or refused, 2 misuse.
In the JSON `null` means not known (never zero), dates are ISO 8601, places ISO 3166 alpha-3 codes.
"""


def commands(group: Any, words: tuple[str, ...] = ("tocsin",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with the words that call it."""
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


def tree() -> list[tuple[tuple[str, ...], Any]]:
    """Return every command of the house."""
    return list(commands(typer.main.get_command(build())))


def _cell(text: object) -> str:
    """Return text that fits a table's cell."""
    return " ".join(str(text or "").split()).replace("|", "\\|")


def _default(parameter: Any) -> str:
    """Return what holds when an option is not given."""
    value = parameter.default
    if value in (None, False, "", (), []) or callable(value):
        return ""
    return f" Default: {_cell(value)}."


def section(words: tuple[str, ...], command: Any) -> list[str]:
    """Return the lines about one command: what it does, how it is called, what may be given."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and "--help" not in p.opts]
    usage = " ".join([*words, *(p.name.upper() if p.required else f"[{p.name.upper()}]" for p in arguments)])
    lines = ["", f"## {' '.join(words)}", "", inspect.cleandoc(command.help or "").replace("\b", "").strip(), ""]
    lines += ["```", usage + (" [OPTIONS]" if options else ""), "```"]
    if arguments or options:
        lines += ["", "| given | meaning |", "|---|---|"]
    for p in arguments:
        lines.append(f"| `{p.name.upper()}` | {_cell(getattr(p, 'help', ''))} |")
    for p in options:
        names = ", ".join(f"`{name}`" for name in [*p.opts, *p.secondary_opts])
        needed = " Required." if p.required else ""
        lines.append(f"| {names} | {_cell(p.help)}{needed}{_default(p)} |")
    return lines


def page() -> str:
    """Return the whole page."""
    lines = [HEAD.rstrip()]
    for words, command in tree():
        lines += section(words, command)
    lines += ["", "## Settings", "", "Environment variables; there is no settings file.", ""]
    lines += ["| variable | meaning | default |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if field.default != "" else "none"
        lines.append(f"| `TOCSIN_{name.upper()}` | {_cell(field.description)} | {default} |")
    return "\n".join(lines) + "\n"


def sources() -> dict[Path, str]:
    """Return the list of sources and the page of each."""
    each = {SOURCES / f"{source_id}.md": source_page.page(source_id) for source_id in loadable()}
    return {SOURCES / "README.md": source_page.index()} | each


def main(argv: list[str]) -> int:
    """Write the pages, or check that they are current."""
    pages = {PAGE: page(), GUIDE: guide.as_markdown()} | sources()
    if argv == ["--check"]:
        stale = [str(p.relative_to(PAGE.parents[2])) for p, text in pages.items() if not _is(p, text)]
        for name in stale:
            print(f"{name} is not current: run `make reference`.", file=sys.stderr)
        return 1 if stale else 0
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
