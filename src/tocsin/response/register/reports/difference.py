"""What became of each statement between the text a post received and the text it sent: a pure function.

Statements are paired one to one: first those that are word for word the same, then by the words they share. Whether a
pair was *softened* is judged by declared rules (``catalog/wording``): a figure lowered or removed, a hedge or a denial
added, a word exchanged for a weaker one or left out. In a language without lists only figures are judged, and the
difference says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Literal

from tocsin.catalog import wording
from tocsin.catalog.wording import Scale, Wording
from tocsin.response.register.reports.statements import count, figures, statements, tokens

Kind = Literal["kept", "reworded", "softened", "dropped", "added"]
LEAST_ALIKE = 0.3
CANDIDATES = 40
NEAR = 8


@dataclass(frozen=True, slots=True)
class Change:
    """One statement: as received (None: added), as sent (None: dropped), and by which rules it was softened."""

    kind: Kind
    received: str | None
    sent: str | None
    why: tuple[str, ...] = ()
    figures: int = 0
    """Figures in the statement as received."""
    figures_lost: int = 0
    """Of them, lowered or gone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Every change in the order of the text sent, what was dropped where it stood; and what of it was judged."""

    changes: tuple[Change, ...]
    judged: bool
    """False: no lists for the language; only figures were judged."""
    language: str

    @property
    def made(self) -> list[Change]:
        """What is not as it was received; each needs a reason."""
        return [c for c in self.changes if c.kind != "kept"]

    def figures_of(self) -> dict[str, int]:
        """Return counts: statements and figures received, and what became of them."""
        kinds = Counter(c.kind for c in self.changes)
        return {
            "statements": sum(c.received is not None for c in self.changes),
            **{kind: kinds[kind] for kind in ("kept", "reworded", "softened", "dropped", "added")},
            "figures": sum(c.figures for c in self.changes),
            "figures_lost": sum(c.figures_lost for c in self.changes),
        }

    def attenuation(self) -> dict[str, float | None]:
        """Return the share of statements dropped or softened and of figures lowered or gone; None: there were none."""
        n = self.figures_of()
        lost = n["dropped"] + n["softened"]
        return {
            "statements": lost / n["statements"] if n["statements"] else None,
            "figures": n["figures_lost"] / n["figures"] if n["figures"] else None,
        }


def difference(received: str, sent: str, language: str = "en") -> Difference:
    """Return what became of each statement. The same text twice has no change."""
    lists = wording.of(language) if language else None
    olds, news = statements(received, language), statements(sent, language)
    old_words, new_words = [tokens(s) for s in olds], [tokens(s) for s in news]
    pairs = _same(old_words, new_words)
    pairs |= _alike(old_words, new_words, pairs)
    whole_old, whole_new = _line(old_words), _line(new_words)
    taken = {new: old for old, new in pairs.items()}
    changes: list[Change] = []
    shown = 0

    def left_out(until: int) -> Iterator[Change]:
        """Yield what of the received text stands before a statement and was not sent."""
        nonlocal shown
        for i in range(shown, until):
            if i not in pairs:
                yield _alone(olds[i], old_words[i], whole_new, lists)
        shown = max(shown, until)

    for j, new in enumerate(news):
        i = taken.get(j)
        if i is None:
            if f" {' '.join(new_words[j])} " not in whole_old:  # else: a received statement was cut in two
                changes.append(Change("added", None, new))
            continue
        changes += left_out(i)
        changes.append(_pair(olds[i], new, old_words[i], new_words[j], lists))
    changes += left_out(len(olds))
    return Difference(tuple(changes), lists is not None, language)


def marked(received: str, sent: str) -> list[tuple[str, str]]:
    """Return a pair of statements word by word for showing: (``same`` | ``gone`` | ``new``, text)."""
    old, new = received.split(), sent.split()
    shown = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            shown.append(("same", " ".join(old[a:b])))
            continue
        if b > a:
            shown.append(("gone", " ".join(old[a:b])))
        if d > c:
            shown.append(("new", " ".join(new[c:d])))
    return shown


def _line(all_words: list[list[str]]) -> str:
    return f" {' '.join(word for words in all_words for word in words)} "


def _same(olds: list[list[str]], news: list[list[str]]) -> dict[int, int]:
    """Pair statements of the same words, in order."""
    places: dict[tuple[str, ...], list[int]] = {}
    for j, words in enumerate(news):
        places.setdefault(tuple(words), []).append(j)
    pairs = {}
    for i, words in enumerate(olds):
        free = places.get(tuple(words))
        if free:
            pairs[i] = free.pop(0)
    return pairs


def _alike(olds: list[list[str]], news: list[list[str]], done: dict[int, int]) -> dict[int, int]:
    """Pair what is left by the words shared (Dice), the most alike first; the nearer in the text where equal."""
    taken = set(done.values())
    bags = {j: Counter(words) for j, words in enumerate(news) if j not in taken}
    holds: dict[str, list[int]] = {}
    for j, bag in bags.items():
        for word in bag:
            holds.setdefault(word, []).append(j)
    scored = []
    for i, words in enumerate(olds):
        if i in done:
            continue
        bag = Counter(words)
        for j in _candidates(bag, holds, round(i * len(news) / len(olds)), bags):
            alike = 2 * (bag & bags[j]).total() / (bag.total() + bags[j].total())
            if alike >= LEAST_ALIKE:
                scored.append((-alike, abs(i - j), i, j))
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for *_, i, j in sorted(scored):
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def _candidates(bag: Counter[str], holds: dict[str, list[int]], at: int, free: dict[int, Counter[str]]) -> set[int]:
    """Return statements worth comparing: those that share a rare word, and those near the same place of the text.

    Comparing all with all grows with the square of the text; this grows with its length.
    """
    found = {j for j in range(at - NEAR, at + NEAR + 1) if j in free}
    for word in sorted(bag, key=lambda w: (len(holds.get(w, ())), w)):
        if len(found) >= CANDIDATES:
            break
        found.update(holds.get(word, ())[:CANDIDATES])
    return found


def _alone(old: str, words: list[str], whole_new: str, lists: Wording | None) -> Change:
    """Return a received statement without a partner: dropped, unless it stands word for word within another."""
    n = len(figures(words, lists))
    if words and f" {' '.join(words)} " in whole_new:
        return Change("kept", old, old, figures=n)
    return Change("dropped", old, None, figures=n, figures_lost=n)


def _pair(old: str, new: str, old_words: list[str], new_words: list[str], lists: Wording | None) -> Change:
    before, after = figures(old_words, lists), figures(new_words, lists)
    if old_words == new_words:
        return Change("kept", old, new, figures=len(before))
    why, lost = _lowered(before, after)
    if lists is not None:
        why += [f"hedge added: {w}" for w in count(new_words, lists.hedges) - count(old_words, lists.hedges)]
        why += [f"denial added: {w}" for w in count(new_words, lists.denials) - count(old_words, lists.denials)]
        why += [said for scale in lists.scales if (said := _weaker(scale, old_words, new_words))]
    return Change("softened" if why else "reworded", old, new, tuple(why), len(before), lost)


def _lowered(before: list[Decimal], after: list[Decimal]) -> tuple[list[str], int]:
    """Return in words each figure lowered or gone, and how many. Equal ones cancel; the rest are paired in order."""
    old, new = _left(before, after), _left(after, before)
    why = []
    for k, value in enumerate(old):
        if k >= len(new):
            why.append(f"figure gone: {value:,f}")
        elif new[k] < value:
            why.append(f"figure lowered: {value:,f} to {new[k]:,f}")
    return why, len(why)


def _left(numbers: list[Decimal], without: list[Decimal]) -> list[Decimal]:
    """Return numbers in order, each that has its like among the others left out once."""
    gone, found = Counter(without), []
    for n in numbers:
        if gone[n]:
            gone[n] -= 1
        else:
            found.append(n)
    return found


def _weaker(scale: Scale, old: list[str], new: list[str]) -> str:
    """Return in words that the strongest word of a scale became weaker or is gone; empty when it did not."""
    strongest = [next(((n, w) for n, step in enumerate(scale.steps) for w in count(t, step)), None) for t in (old, new)]
    before, after = strongest
    if before is None or (after is not None and after[0] <= before[0]):
        return ""
    # The weakest word of a scale left out weakens nothing.
    if after is None:
        return "" if before[0] == len(scale.steps) - 1 else f"{scale.about}: “{before[1]}” left out"
    return f"{scale.about}: “{before[1]}” became “{after[1]}”"
