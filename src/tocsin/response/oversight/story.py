"""What became of each question, told by the ledger alone: one object an item, folded from its entries in their order.

Shapes of bodies are those the acts write (``docket/acts``, ``docket/lapses``). An entry without its body still counts:
its header says what kind of act it was and when; what only the body told stays unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Directive
from tocsin.core.clock import parse_time
from tocsin.core.errors import Misuse
from tocsin.response.oversight.entries import Entry

Body = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """Something a post did: when, by which entry, with what body."""

    seq: int
    at: datetime
    post: str
    body: Body
    known: bool = True
    """Whether the body is there."""
    masked: tuple[str, ...] = ()
    """Fields of it that are hidden, by path."""

    def hides(self, key: str) -> bool:
        """Tell whether a field cannot be seen, or not whole: the body withheld, or the field or a part of it masked."""
        return not self.known or any(path == f"/{key}" or path.startswith(f"/{key}/") for path in self.masked)


@dataclass
class Story:
    """One question. Moments are those of the entries; ``level`` and ``place_id`` are empty when withheld."""

    item: int
    opened: Act
    level: str = ""
    place_id: str = ""
    tier: int | None = None
    """The highest tier it stood at; None when that is withheld."""
    rungs: list[tuple[datetime, int]] = field(default_factory=list)
    """When it came to stand on each tier, as far as the record tells."""
    warnings: list[Act] = field(default_factory=list)
    acknowledged: list[Act] = field(default_factory=list)
    decided: list[Act] = field(default_factory=list)
    dissents: list[Act] = field(default_factory=list)
    """Dissent entered by itself; what a decision carries stands in its own body."""
    lapses: list[Act] = field(default_factory=list)
    promised: list[Body] = field(default_factory=list)
    kept: list[Act] = field(default_factory=list)
    outcomes: list[Act] = field(default_factory=list)
    closed: Act | None = None
    withheld: int = 0

    @property
    def rules(self) -> Directive:
        """The directive it runs under; the one in force where the record withholds which."""
        named = str((self.opened.body.get("directive") or {}).get("version") or "")
        return directive.version(named) if named else directive.current()

    def since(self, at: datetime) -> datetime:
        """Return when it came to the tier on which it stood at a moment."""
        return max((since for since, _ in self.rungs if since <= at), default=self.opened.at)

    @property
    def decision(self) -> Act | None:
        """The decision in force."""
        return self.decided[-1] if self.decided else None

    def first(self, step: str) -> datetime | None:
        """Return when a step was first reached: acknowledged, decided (deferring is not deciding), kept."""
        acts = {
            # Who decides has it: deciding acknowledges.
            "acknowledged": [*self.acknowledged, *self.decided],
            "decided": [a for a in self.decided if a.body.get("kind") != "defer"],
            "kept": self.kept,
        }[step]
        return min((a.at for a in acts), default=None)


def stories(entries: Iterable[Entry]) -> dict[int, Story]:
    """Return the story of every question by its number, in the order they were opened."""
    told: dict[int, Story] = {}
    for entry in entries:
        go_on(told, entry)
    return told


def go_on(told: dict[int, Story], entry: Entry) -> tuple[Story, Act] | None:
    """Fold one more entry into the stories; return the story it belongs to and the act, None when to none."""
    if entry.item is None:
        return None
    act = act_of(entry)
    story = told.get(entry.item)
    if story is None:
        if entry.kind not in {"item.opened", "item.reopened"}:
            return None  # a part of a log that begins later: what was opened before it cannot be told
        story = told[entry.item] = Story(entry.item, act)
        if before := told.get(act.body.get("reopens") or 0):
            story.level, story.place_id = before.level, before.place_id
    story.withheld += not act.known
    if (fold := _FOLDS.get(entry.kind)) is not None:
        fold(story, act)
    return story, act


def act_of(entry: Entry) -> Act:
    """Return an entry as an act."""
    body = entry.body or {}
    by = body.get("by") or {}
    post = str(by.get("post") or "") if isinstance(by, dict) else ""
    return Act(entry.seq, entry.time, post, body, entry.body is not None, entry.masked)


def _warned(story: Story, act: Act) -> None:
    story.warnings.append(act)
    story.level = str(act.body["level"]) if _higher(act.body.get("level"), story.level) else story.level
    story.place_id = str(act.body.get("place_id") or story.place_id)
    tier = act.body.get("tier")
    if act.body.get("raised") and story.level:  # the level's own rung; the entry of a joining names the level alone
        tier = story.rules.level(story.level).entry
    _stood(story, tier, act.at)


def _higher(level: Any, than: str) -> bool:
    order = ["", "watch", "alert", "emergency"]
    return level in order and order.index(level) > order.index(than)


def _stood(story: Story, tier: Any, at: datetime) -> None:
    if isinstance(tier, int) and tier > (story.tier or 0):
        story.tier = tier
        story.rungs.append((at, tier))


def _acknowledged(story: Story, act: Act) -> None:
    story.acknowledged.append(act)
    _stood(story, act.body.get("tier"), act.at)


def _decided(story: Story, act: Act) -> None:
    story.decided.append(act)
    story.promised += act.body.get("commitments") or []
    _stood(story, act.body.get("tier"), act.at)


def _lapsed(story: Story, act: Act) -> None:
    story.lapses.append(act)
    for tier in (act.body.get("climbs_to"), act.body.get("tier") if act.body.get("clock") != "commitment" else None):
        _stood(story, tier, due_of(act))


def _closed(story: Story, act: Act) -> None:
    story.closed = act


def _reopened(story: Story, act: Act) -> None:
    _stood(story, act.body.get("tier"), act.at)


_FOLDS: dict[str, Callable[[Story, Act], None]] = {
    "item.opened": _warned,
    "item.joined": _warned,
    "item.acknowledged": _acknowledged,
    "item.decided": _decided,
    "clock.lapsed": _lapsed,
    "commitment.done": lambda story, act: story.kept.append(act),
    "decision.dissented": lambda story, act: story.dissents.append(act),
    "proposal.dissented": lambda story, act: story.dissents.append(act),
    "item.outcome": lambda story, act: story.outcomes.append(act),
    "item.closed": _closed,
    "item.reopened": _reopened,
}


def due_of(lapse: Act) -> datetime:
    """Return when the clock ran out; the moment it was recorded when that is withheld."""
    try:
        return parse_time(str(lapse.body["due"]))
    except (KeyError, Misuse):
        return lapse.at
