"""What the warnings of an item ask, one question a tripwire: a decision answers each of them in words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.catalog.tripwires import all_tripwires
from tocsin.core import words as text
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket.models import Item

OWN = ""
"""The key of an answer that names no tripwire: it answers the question the item was opened with."""


@dataclass(frozen=True)
class Asked:
    """One question: the tripwire that asks it, the sentence, and the warnings (W1, W2, …) behind it."""

    key: str
    text: str
    refs: tuple[str, ...]


def asked(item: Item) -> list[Asked]:
    """Return the questions of an item, the one it was opened with first; each as the tripwire put it last."""
    found: dict[str, Asked] = {}
    known = all_tripwires()
    for n, link in enumerate(item.itemwarning_set.select_related("warning").order_by("id"), 1):
        warning = link.warning
        before = found.get(warning.tripwire_id)
        title = known[warning.tripwire_id].title if warning.tripwire_id in known else warning.summary
        opens = not found
        said = warning.question or (before.text if before else item.question if opens else title)
        refs = (*(before.refs if before else ()), f"W{n}")
        found[warning.tripwire_id] = Asked(warning.tripwire_id, said, refs)
    return list(found.values())


def answered(item: Item, given: Mapping[str, str]) -> dict[str, str]:
    """Return an answer for every question of the item, by tripwire.

    ``given`` is by tripwire; the key ``OWN`` answers the question the item was opened with. Raises Misuse for a
    tripwire that asked nothing here, Refused for a question left unanswered or answered with next to nothing.
    """
    questions = asked(item)
    keys = [q.key for q in questions]
    said: dict[str, str] = {}
    for key, answer in given.items():
        if key != OWN and key not in keys:
            raise Misuse(f"No warning of item {item.pk} is of the tripwire {key!r}", todo=f"It has {', '.join(keys)}")
        said[key if key != OWN else keys[0]] = text.said(answer)
    for question in questions:
        if not text.substantial(said.get(question.key, "")):
            raise Refused(
                f"{' and '.join(question.refs)} asks “{question.text}”, and it is not answered",
                todo=f"Write --answer {'' if question is questions[0] else question.key + '='}TEXT",
            )
    return {key: said[key] for key in keys}
