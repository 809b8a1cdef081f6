"""Packages that were submitted before: the last for a place, and how far a new one repeats them (M45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.catalog.packages import form
from tocsin.options.overlap import Overlap, Trait, overlap, trait
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages.models import Line, Package
from tocsin.response.docket.packages.words import Words


@dataclass(frozen=True)
class Repeat:
    """A package that was submitted before, and how far it is repeated."""

    package: Package
    overlap: Overlap
    same_place: bool

    def sentence(self) -> str:
        """Return it in words."""
        where = "" if self.same_place else f" for {self.package.place_id}"
        total = len(self.overlap.common) + len(self.overlap.only_here) + len(self.overlap.only_there)
        return (
            f"It repeats version {self.package.version} of the package of item {self.package.item_id}{where}, "
            f"submitted on {self.package.at.date()}: {len(self.overlap.common)} of {total} different lines are the "
            f"same ({self.overlap.pct}%)"
        )


def last_for(place_id: str) -> Package | None:
    """Return the newest package submitted for a place, whichever item it was made for; None when there is none."""
    return Package.objects.filter(place_id=place_id).prefetch_related("lines").order_by("-at", "-id").first()


def of_item(number: int) -> list[Package]:
    """Return the versions submitted for an item, oldest first."""
    return list(Package.objects.filter(item_id=number).prefetch_related("lines", "sign_offs").order_by("version"))


def traits(lines: list[Line]) -> list[Trait]:
    """Return what makes submitted lines what they are."""
    return [trait(row.option_id or row.what, row.leads, row.procedure_id or row.authority) for row in lines]


def repeats(item: Item, said: Words, today: date) -> list[Repeat]:
    """Return the one package that is repeated most, when it is repeated so far that it is flagged.

    A version of the same item is a revision and no repeat, unless a decision came between or it is older than
    ``revision_days``. Packages of other places count too: the same answer everywhere fits nowhere.
    """
    mine = [trait(r.option or r.what, r.parts("leads"), r.procedure or r.authority) for r in said.lines]
    if not mine:
        return []
    decided = item.decisions.order_by("id").last()
    limits, found = form().repeat_pct, []
    oldest = today - timedelta(days=form().revision_days)
    for package in Package.objects.prefetch_related("lines").order_by("-at", "-id"):
        since = package.at.date() >= oldest and (decided is None or package.at >= decided.at)
        if package.item_id == item.pk and since:
            continue
        same = package.place_id == item.place_id
        seen = overlap(mine, traits(list(package.lines.all())))
        if seen.pct >= (limits.same_place if same else limits.elsewhere):
            found.append(Repeat(package, seen, same))
    return sorted(found, key=lambda r: -r.overlap.pct)[:1]
