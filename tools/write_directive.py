"""Write ``docs/reference/directive.md`` and ``directive.schema.json`` from the directive's own classes and checks.

``--check`` writes nothing and exits 1 when one of them is not current. They are never edited by hand.
"""

from __future__ import annotations

import inspect
import json
import sys
import textwrap
from pathlib import Path
from typing import Any

from tocsin.catalog.directive import Directive, checks, parts
from tocsin.catalog.directive.checks import authority, names

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
HEAD = """# The directive, field by field

This page is written by `make reference` from the classes and the checks themselves; do not edit it. [How to make a
directive of your own](../how-to/change-the-directive.md); [a schema for editors](directive.schema.json).
"""
WIDTH = 118


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a directive of schema 2, every part required but those that came later."""
    found = Directive.model_json_schema(by_alias=True)
    found["required"] = [part for part in found["properties"] if part not in names.LATER]
    found["properties"]["schema"] = {"const": 2, "title": "Schema"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Tocsin directive, schema 2"}


def _kind(found: dict[str, Any]) -> str:  # noqa: PLR0911 - one kind a return
    """Return what a value may be, in words."""
    if "$ref" in found:
        name = found["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in found:
        return " or ".join(_kind(one) for one in found["anyOf"])
    if "enum" in found:
        return " or ".join(f"`{one}`" for one in found["enum"])
    if "const" in found:
        return f"`{found['const']}`"
    if found.get("type") == "array":
        return f"list of {_kind(found.get('items', {}))}"
    if found.get("type") == "object":
        return f"each with {_kind(found.get('additionalProperties', {}))}"
    word = {"integer": "whole number", "string": "text", "null": "null", "boolean": "yes or no"}
    said = found.get("format") or word.get(found.get("type", ""), "text")
    least, most = found.get("minimum", found.get("exclusiveMinimum")), found.get("maximum")
    if least is not None:
        said += f" {'above' if 'exclusiveMinimum' in found else 'from'} {least}"
    if most is not None:
        said += f" to {most}"
    return said


def _section(name: str, found: dict[str, Any], about: str) -> list[str]:
    """Return the lines about one part: what it is, and its fields."""
    lines = ["", f"## {name}", ""]
    lines += textwrap.wrap(" ".join(about.split()).replace("``", "`"), WIDTH)
    lines += ["", "| field | holds |", "|---|---|"]
    for field, kind in found["properties"].items():
        said = kind.get("description", "")
        lines.append(f"| `{field}` | {_kind(kind)}{'. ' + said if said else ''} |")
    return lines


def page() -> str:
    """Return the whole page."""
    found = Directive.model_json_schema(by_alias=True)
    lines = [HEAD.rstrip(), *_section("Directive", found, inspect.getdoc(Directive) or "")]
    for name, part in found["$defs"].items():
        lines += _section(name, part, inspect.getdoc(getattr(parts, name)) or "")
    lines += ["", "## What the linter asks", ""]
    lines.append(
        "A fault is told as `FILE:LINE: what. What to do.`, and refuses the directive; the last one only warns."
    )
    lines.append("")
    for check in [*checks.CHECKS, *checks.CHECKS_2, authority.lapsed]:
        said = (inspect.getdoc(check) or "").split("\n\n")[0].removeprefix("Ask that ")
        lines += textwrap.wrap(said[:1].upper() + said[1:], WIDTH, initial_indent="- ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def written() -> dict[Path, str]:
    """Return what the two files must hold."""
    return {
        FOLDER / "directive.md": page(),
        FOLDER / "directive.schema.json": json.dumps(schema(), indent=1, ensure_ascii=False) + "\n",
    }


def main(argv: list[str]) -> int:
    """Write the files, or check that they are current."""
    stale = [p for p, text in written().items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if argv == ["--check"]:
        for path in stale:
            print(f"docs/reference/{path.name} is not current: run `make reference`.", file=sys.stderr)
        return 1 if stale else 0
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
