"""Reading a directive: shape first, then every check; a fault has its file, its line and what to do."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pydantic import ValidationError

from tocsin.catalog.directive import checks
from tocsin.catalog.directive.checks import authority
from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.places import Fault, Places, read
from tocsin.core.errors import Damaged


class Examined(NamedTuple):
    """A directive with what is wrong with it. ``rules`` is None when it has no shape to speak of."""

    rules: Directive | None
    faults: list[Fault]

    @property
    def refusals(self) -> list[Fault]:
        """The faults that are no mere warnings."""
        return [fault for fault in self.faults if not fault.warning]


def examine(text: str, where: str = "directive", on: date | None = None) -> Examined:
    """Return a directive and every fault found, in the order of the lines. ``on``: the day authorities must hold."""
    at = read(text, where)
    return Examined(None, [at]) if isinstance(at, Fault) else judge(at, on)


def judge(at: Places, on: date | None = None) -> Examined:
    """Return a directive that has been read from its file, and every fault found."""
    try:
        rules = Directive.model_validate(at.values)
    except ValidationError as error:
        return Examined(None, sorted((_shape(at, dict(f)) for f in error.errors()), key=lambda f: f.line))
    asked = checks.CHECKS + (checks.CHECKS_2 if rules.edition > 1 else [])
    faults = [fault for check in asked for fault in check(rules, at)] + list(authority.lapsed(rules, at, on))
    return Examined(rules, sorted(faults, key=lambda f: (f.warning, f.line)))


def _shape(at: Places, fault: dict[str, Any]) -> Fault:
    """Return a fault of shape in words."""
    path = fault["loc"]
    name = ".".join(str(step) for step in path)
    named = _called(at.values, path)
    if fault["type"] == "missing":
        return at.fault(f"{name} is missing{named}", f"Add {path[-1]}", *path)
    if fault["type"] == "extra_forbidden":
        return at.fault(f"{name} is no part of a directive{named}", "Take it out, or spell it as shown", *path)
    said = str(fault["msg"]).removeprefix("Value error, ")
    return at.fault(f"{name}: {said}{named}", "Mend the value", *path)


def _called(values: Any, path: tuple[Any, ...]) -> str:
    """Return the id, tier or level of the part in a list that a path goes through."""
    node = values
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(step, int) and isinstance(node, dict):
            return next((f" ({key} {node[key]})" for key in ("id", "tier", "level", "name") if key in node), "")
    return ""


def parse(text: str, where: str = "directive") -> Directive:
    """Read and check a directive. Raises Damaged, with every fault and its line, when it does not hold together."""
    examined = examine(text, where)
    if examined.rules is None or examined.refusals:
        said = "; ".join(f"line {f.line}: {f.what}" for f in examined.refusals)
        raise Damaged(f"The directive does not hold together: {said}", where=where, todo="Run: tocsin directive check")
    return examined.rules
