"""What an export hides, by declared rules: whole bodies, or single fields of them, each with its reason.

A rules file is YAML or JSON::

    schema: 1
    rules:
      - kind: report.*               # or a list; every kind that begins so
        hide: all                    # the whole body
        reason: protects a source
      - kind: [item.opened, item.joined]
        hide: [rung_by, because]     # who rang a bell, and in which words
        reason: protects a source
      - item: [4, 7]                 # docket items; conditions that stand together must all hold
        kind: item.decided
        hide: [by.person, dissent]   # fields of the body; what lies within them is hidden too
        reason: names of officials

An entry is hidden as far as all the rules that fit it say. Of an entry made before single fields could be hidden (leaf
schema 1) the whole body is withheld instead. Headers are never hidden: a leaf is what the tree is made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.core.errors import Misuse
from tocsin.core.plain_yaml import weighed
from tocsin.ledger.leaf import WHOLE, fields


class Rule(BaseModel):
    """Which entries, how much of them, and why. Without a condition a rule fits every entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: tuple[str, ...] = ()
    item: tuple[int, ...] = ()
    hide: Literal["all"] | tuple[str, ...]
    reason: str = Field(min_length=1, max_length=200)

    @field_validator("kind", "item", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str | int) else tuple(value) if isinstance(value, list) else value

    @field_validator("hide", mode="after")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value != "all" and (not value or not all(part for path in value for part in path.split("."))):
            raise ValueError("hide is all, or a list of fields such as by.person")
        return value

    def fits(self, kind: str, item: int | None) -> bool:
        """Tell whether the rule is about an entry of this kind and docket item."""
        begins = tuple(one[:-1] for one in self.kind if one.endswith(".*"))
        named = not self.kind or kind in self.kind or kind.startswith(begins)
        return named and (not self.item or item in self.item)


class Rules(BaseModel):
    """A rules file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(1, alias="schema")
    rules: tuple[Rule, ...] = Field(min_length=1)


class Hidden(NamedTuple):
    """What is hidden of one entry: everything, or fields by their path."""

    whole: bool
    paths: frozenset[str] = frozenset()


OPEN = Hidden(whole=False)


@dataclass
class Redaction:
    """Rules applied to a log, and what came of it: by reason, how many bodies were withheld and fields masked.

    An entry that several rules fit counts under the reason of the first that hides it as far as it is hidden.
    """

    rules: tuple[Rule, ...] = ()
    withheld: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    fitted: set[int] = field(default_factory=set)
    """Rules, by their place in the list, that fit an entry."""

    def judge(self, kind: str, item: int | None, schema: str, body: dict[str, Any] | None) -> Hidden:
        """Return what is hidden of one entry, and count it. ``body`` is None where none is left to hide."""
        numbers = [n for n, rule in enumerate(self.rules) if rule.fits(kind, item)]
        self.fitted.update(numbers)
        fitting = [self.rules[n] for n in numbers]
        if body is None or not fitting:
            return OPEN
        paths: dict[str, str] = {}
        for rule in fitting:
            if rule.hide == "all":
                self.withheld[rule.reason] += 1
                return Hidden(whole=True)
            for path, _ in fields(body):
                if any(_within(path, name) for name in rule.hide):
                    paths.setdefault(path, rule.reason)
        if paths and schema == WHOLE:
            self.withheld[next(iter(paths.values()))] += 1
            return Hidden(whole=True)
        self.masked.update(paths.values())
        return Hidden(whole=False, paths=frozenset(paths))

    @property
    def idle(self) -> list[str]:
        """Return the rules that fit no entry, in words: a kind that nothing is called, or that has not come yet."""
        return [
            f"rule {n} ({', '.join(rule.kind) or 'every kind'}"
            + (f", items {', '.join(map(str, rule.item))}" if rule.item else "")
            + ")"
            for n, rule in enumerate(self.rules, 1)
            if n - 1 not in self.fitted
        ]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Return {reason: {withheld, masked}}, in the order of the rules."""
        reasons = dict.fromkeys(rule.reason for rule in self.rules)
        return {reason: {"withheld": self.withheld[reason], "masked": self.masked[reason]} for reason in reasons}


def _within(path: str, name: str) -> bool:
    """Tell whether a field (a JSON pointer) is the one named with dots, or lies within it."""
    pointer = "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in name.split("."))
    return path == pointer or path.startswith(pointer + "/")


def without(body: dict[str, Any], paths: Iterable[str], prefix: str = "") -> dict[str, Any]:
    """Return a body without the fields at these paths; an object of which nothing is left goes too."""
    hidden, shown = set(paths), {}
    for key, value in body.items():
        path = f"{prefix}/{key.replace('~', '~0').replace('/', '~1')}"
        if path in hidden:
            continue
        left = without(value, hidden, path) if isinstance(value, dict) else value
        if left or not isinstance(value, dict) or not value:
            shown[key] = left
    return shown


def read_rules(file: Path) -> tuple[Rule, ...]:
    """Read a rules file. Raises Misuse, naming the place in it, when it is not one."""
    try:
        loaded = YAML(typ="safe", pure=True).load(StringIO(weighed(file.read_text(encoding="utf-8"))))
        return Rules.model_validate(loaded).rules
    except OSError as error:
        raise Misuse(f"The rules cannot be read: {error.strerror}", where=str(file)) from None
    except UnicodeDecodeError:
        raise Misuse("The rules are not text in UTF-8", where=str(file)) from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise Misuse("The rules are neither YAML nor JSON", where=f"{file}{line}") from None
    except ValidationError as error:  # it is a ValueError too
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise Misuse(f"The rules cannot be used: {place}: {first['msg']}", where=str(file)) from None
    except (ValueError, RecursionError) as error:
        raise Misuse(f"The rules cannot be read: {' '.join(str(error).split())[:200]}", where=str(file)) from None
