"""What a settling or an act has to write, kept together and written at once: rows, messages and ledger entries.

One item or a thousand: the same rows in the same order, in a handful of statements. ``flush`` runs inside the
caller's transaction, so a batch is written whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Directive
from tocsin.core.context import Context
from tocsin.response.bulk import insert_all, update_all
from tocsin.response.docket import outbox
from tocsin.response.docket.models import Item, Lapse, Message, Step
from tocsin.response.register.record import Act, enter_many


@dataclass
class Sheet:
    """Everything to be written, in the order in which it came about."""

    ctx: Context
    acts: list[Act] = field(default_factory=list)
    lapses: list[tuple[int, Lapse]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    steps: dict[int, Step] = field(default_factory=dict)
    new_steps: list[Step] = field(default_factory=list)
    directives: dict[str, Directive] = field(default_factory=dict)

    def rules(self, item: Item) -> Directive:
        """Return the directive that an item runs under, looked at once in all that is written together."""
        if item.directive_version not in self.directives:
            self.directives[item.directive_version] = directive.version(item.directive_version)
        return self.directives[item.directive_version]

    def enter(self, kind: str, item: Item, body: dict[str, Any]) -> None:
        """Note a ledger entry."""
        self.acts.append(Act(kind, body, item.pk))

    def lapse(self, row: Lapse, body: dict[str, Any]) -> None:
        """Note a lapse and the ledger entry that records it."""
        self.lapses.append((len(self.acts), row))
        self.acts.append(Act("clock.lapsed", body, row.item_id))

    def tell(self, item: Item, key: str, post: str, letter: tuple[str, str], **more: Any) -> None:
        """Note a message."""
        self.messages.append(outbox.compose(self.ctx, item, key, post, letter, **more))

    def changed(self, item: Item) -> None:
        """Note that an item's row is to be written again."""
        self.items[item.pk] = item

    def left(self, step: Step, at: datetime) -> None:
        """Note that an item leaves a rung."""
        step.left_at = at
        self.step(step)

    def step(self, step: Step) -> None:
        """Note that a rung's row is to be written again; a rung not yet written is written as it ends up."""
        if step.pk is not None:
            self.steps[step.pk] = step

    def flush(self) -> None:
        """Write all of it, and forget it."""
        update_all(list(self.items.values()), ITEM_FIELDS)
        update_all(list(self.steps.values()), ["lapsed", "left_at"])
        insert_all(self.new_steps)
        if self.acts:
            numbers = enter_many(self.ctx, self.acts)
            for index, row in self.lapses:
                row.ledger_seq = numbers[index]
        insert_all([row for _, row in self.lapses])
        outbox.post_all(self.messages)
        self.acts, self.lapses, self.messages, self.new_steps = [], [], [], []
        self.items, self.steps = {}, {}


ITEM_FIELDS = ["state", "tier", "owner_post", "decision_lapsed", "next_due"]
"""What the clocks may change of an item."""


@dataclass
class Case:
    """An item with all that its clocks hang on, read once: its rungs, the day it comes back, what it has promised."""

    item: Item
    step: Step | None
    rungs: int
    returns: datetime | None
    promises: list[Any]
