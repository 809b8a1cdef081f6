"""What deciding takes from packages: the commitments a chosen one proposes, and what should be there before.

A package never decides: choosing one is a person's act, with the choice rules of every decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.catalog import directive
from tocsin.core.errors import Refused
from tocsin.core.words import LEAST_LETTERS, LEAST_WORDS, SHORT, said, substantial
from tocsin.response.docket import imagination
from tocsin.response.docket.models import Commitment, Decision, Item
from tocsin.response.docket.packages.models import Line, Package, PackagePick

WHOLE = "Make package version {} whole"


@dataclass(frozen=True)
class Picks:
    """What a decision says of the item's packages: the one it chooses, and why not each of those it rejects."""

    chosen: Package | None
    rejected: list[tuple[Package, str]]

    @property
    def options(self) -> list[str]:
        """Options of the catalogue in the chosen package, each once."""
        return list(dict.fromkeys(row.option_id for row in self._lines() if row.option_id))

    def _lines(self) -> list[Line]:
        return list(self.chosen.lines.all()) if self.chosen else []

    def body(self) -> dict[str, Any]:
        """Return it as the entry of the decision has it; empty when no package is named: versions by their hash."""
        told: dict[str, Any] = {}
        if self.chosen is not None:
            told["package"] = {"version": self.chosen.version, "sha256": self.chosen.sha256}
        if self.rejected:
            told["packages_rejected"] = [{"version": p.version, "sha256": p.sha256, "why": w} for p, w in self.rejected]
        return told

    def write(self, decision: Decision) -> None:
        """Write what the decision says of each."""
        rows = [PackagePick(decision=decision, package=self.chosen, chosen=True)] if self.chosen else []
        rows += [PackagePick(decision=decision, package=p, chosen=False, why=why) for p, why in self.rejected]
        PackagePick.objects.bulk_create(rows)


def picks(item: Item, kind: str, version: int | None, rejected: Mapping[str, str]) -> Picks:
    """Return what a choice says of packages. Raises Refused for a version there is not, or a rejection without why."""
    if version is not None and kind != "act":
        raise Refused(f"A decision to {kind} chooses no package", todo="Decide to act, or reject it with why not")
    out = []
    for name, why in rejected.items():
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 10 else None
        if number is not None and number == version:
            raise Refused(f"Package version {number} cannot be both chosen and rejected", todo="Choose it or reject it")
        if not substantial(why):
            raise Refused(
                f"Why package version {name} is not chosen is not said: {LEAST_WORDS} different words and "
                f"{LEAST_LETTERS} letters at least",
                todo=f'Write --reject-package "{name}: WHY NOT"',
            )
        out.append((_version(item, number, name), said(why, SHORT)))
    return Picks(_version(item, version, str(version)) if version is not None else None, out)


def _version(item: Item, number: int | None, name: str) -> Package:
    found = item.packages.filter(version=number).first() if number is not None else None
    if found is None:
        raise Refused(f"Item {item.pk} has no package version {name}", todo=f"tocsin package list {item.pk} lists them")
    return found


def commitments(item: Item, package: Package, now: datetime) -> list[dict[str, Any]]:
    """Return what a chosen package obliges whom to do, by when, shown by what: one a line, as ``decide`` takes it.

    The lead carries it out where it is a post of the directive; where it is somebody outside, the item's owner sees to
    it. A rapid package adds one: to make it whole.
    """
    posts = {p.id for p in directive.version(item.directive_version).posts}
    given: list[dict[str, Any]] = []
    for row in package.lines.all():
        lead = next((one for one in row.leads if one in posts), None)
        outside = ", ".join(one for one in row.leads if one not in posts)
        words = {
            "line": row.position,
            "option_id": row.option_id,
            "what": f"{row.what} (led by {outside})" if outside and lead is None else row.what,
            "due": due(row, now),
            "shown_by": row.measure + (f" (now: {row.baseline})" if row.baseline else ""),
        }
        given.append(words | ({"post": lead} if lead else {}))
    if package.rapid and package.complete_by is not None:
        given.append(
            {
                "line": 0,
                "option_id": "",
                "what": WHOLE.format(package.version),
                "post": package.post,
                "due": max(package.complete_by, now.date()),
                "shown_by": "The number of a package version that is not rapid",
            }
        )
    return given


def whole_asked(item: Item) -> list[Commitment]:
    """Return the commitments, not yet shown done, to make a rapid package of an item whole."""
    asked = [WHOLE.format(p.version) for p in item.packages.filter(rapid=True)]
    return list(item.commitments.filter(option_id="", done_at=None, what__in=asked))


def due(row: Line, now: datetime) -> date:
    """Return when a line is to be done: its end, or its longest lead time after its start; never in the past."""
    return max(row.ends or row.starts + timedelta(days=row.lead_days_max), now.date())


def before_decision(item: Item) -> list[str]:
    """Return what should be there before a decision and is not: a package, and in it an option that is not the usual.

    An option is not the usual one when it is an idea of its own, or stands in no earlier package for any item here.
    """
    if not item.place_id:
        return []
    last = item.packages.order_by("version").last()
    if last is None:
        return ["no package of options has been submitted for it"]
    if not imagination.unusual_lines(item):
        return [f"package version {last.version} holds no option that was not in an earlier package"]
    return []


def held_up(item: Item, kind: str) -> list[str]:
    """Return what is missing before a decision and is kept with it: a package by the directive, what was not imagined.

    Raises Refused for declining and deferring where the directive asks for it at this level: doing nothing is never
    easier than preparing something. Elsewhere what was not imagined for an escalated item is told and kept, no more.
    """
    rules = directive.version(item.directive_version).packages
    packages = before_decision(item) if item.level in rules.required else []
    asked = item.level in rules.premortem
    imagined = imagination.of_item(item).missing if asked or imagination.escalated(item) else []
    if kind != "act":
        _refuse(item, kind, "a package", packages, "Submit one, a rapid one takes a sitting")
        _refuse(item, kind, "a premortem and an unusual option", imagined if asked else [], HOW)
    return packages + imagined


def _refuse(item: Item, kind: str, what: str, missing: list[str], todo: str) -> None:
    if missing:
        raise Refused(
            f"The directive asks for {what} before an item of level {item.level} is {DONE[kind]}: {'; '.join(missing)}",
            todo=f"{todo}; acting is held up by nothing",
        )


HOW = "Begin with: tocsin technique open PLACE premortem --item ITEM, and tocsin technique idea"


DONE = {"decline": "declined", "defer": "deferred"}
