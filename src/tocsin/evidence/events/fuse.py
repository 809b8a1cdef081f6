"""Which reports are of one event: a pure function of reports, the rule, and what people judged.

Two reports are joined when each is the other's best match among the reports of that publisher, surely and by a lead.
So the answer for a report hangs on its own neighbourhood alone; the order of input does not matter, and adding a
report changes nothing elsewhere. What is near and not sure is left apart and asked. What a person judged stands above
the rule, either way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tocsin.catalog.fusion import Rules, rules
from tocsin.evidence.events.blocks import candidates
from tocsin.evidence.events.compare import bar, compare
from tocsin.evidence.events.report import Report

Pair = tuple[str, str]
Word = Literal["same", "apart"]


@dataclass(frozen=True, slots=True)
class Match:
    """How far two reports agree; ``sure``: enough to be joined by the rule."""

    score: int
    sure: bool


@dataclass(frozen=True)
class Judgement:
    """What a person judged of two reports: one event, or two. A later ``number`` stands above an earlier one."""

    number: int
    word: Word
    one: str
    other: str

    @property
    def pair(self) -> Pair:
        """The two reports, the smaller ``ref`` first."""
        return (self.one, self.other) if self.one < self.other else (self.other, self.one)


@dataclass
class Fused:
    """Events as sorted tuples of ``ref``, pairs to ask a person about, and judgements passed over, with the later ones
    that are why.
    """

    events: list[tuple[str, ...]]
    unsure: list[Pair] = field(default_factory=list)
    passed: dict[int, tuple[int, ...]] = field(default_factory=dict)


Near = Mapping[str, Mapping[str, Match]]


def match(a: Report, b: Report, rule: Rules) -> Match | None:
    """Return how far two reports agree; None when they are not worth asking a person about."""
    if bar(a, b, rule):
        return None
    told = compare(a, b, rule)
    return Match(told.score, told.score >= rule.sure and not told.lacks) if told.score >= rule.unsure else None


def fuse(reports: Iterable[Report], judgements: Iterable[Judgement] = (), rule: Rules | None = None) -> Fused:
    """Return the events that reports are of, from all of them at once."""
    rule = rule or rules()
    every = {one.ref: one for one in reports}
    near: dict[str, dict[str, Match]] = defaultdict(dict)
    for a, b in candidates(every.values(), rule):
        found = match(a, b, rule)
        if found:
            near[a.ref][b.ref] = near[b.ref][a.ref] = found
    told = list(judgements)
    judged = effective(told, every)
    voices = {ref: one.voice for ref, one in every.items()}
    links = joined(every, near, voices, judged, rule)
    events, passed = gather(every, links, near, voices, judged)
    event_of = {ref: event for event in events for ref in event}
    pairs = [(a, b) for a in sorted(near) for b in sorted(near[a]) if a < b]
    ask = Asking(event_of, near, voices, judged, rule)
    return Fused(events, [p for p in pairs if ask.about(p)], passed | outdated(told))


def effective(judgements: Iterable[Judgement], known: Iterable[str] | Mapping[str, object]) -> dict[Pair, Judgement]:
    """Return the last judgement of each two reports that are both known."""
    there = known if isinstance(known, Mapping) else set(known)
    return {
        j.pair: j
        for j in sorted(judgements, key=lambda j: j.number)
        if j.one != j.other and j.one in there and j.other in there
    }


def outdated(judgements: Iterable[Judgement]) -> dict[int, tuple[int, ...]]:
    """Return the judgements of which a later one of the same two reports says the opposite, with that one."""
    last: dict[Pair, Judgement] = {}
    for said in sorted(judgements, key=lambda j: j.number):
        last[said.pair] = said
    return {j.number: (last[j.pair].number,) for j in judgements if j.word != last[j.pair].word}


def choices(ref: str, near: Near, voices: Mapping[str, str], judged: Mapping[Pair, Judgement], rule: Rules) -> set[str]:
    """Return a report's best match among each other voice, where there is one that is sure and leads."""
    by_voice: dict[str, list[tuple[int, bool, str]]] = defaultdict(list)
    for other, found in near.get(ref, {}).items():
        said = judged.get((ref, other) if ref < other else (other, ref))
        if said is None:  # what a person has judged is no rival of what nobody has
            by_voice[voices[other]].append((found.score, found.sure, other))
    best = set()
    for found_there in by_voice.values():
        ranked = sorted(found_there, key=lambda f: (-f[0], f[2]))
        score, sure, other = ranked[0]
        if sure and (len(ranked) == 1 or score - ranked[1][0] >= rule.lead):
            best.add(other)
    return best


def joined(
    refs: Iterable[str], near: Near, voices: Mapping[str, str], judged: Mapping[Pair, Judgement], rule: Rules
) -> dict[Pair, int]:
    """Return the pairs that the rule joins, with their score: each is the other's choice."""
    known: dict[str, set[str]] = {}

    def chosen(ref: str) -> set[str]:
        if ref not in known:
            known[ref] = choices(ref, near, voices, judged, rule)
        return known[ref]

    links = {}
    for ref in refs:
        for other in chosen(ref):
            if ref in chosen(other):
                links[(ref, other) if ref < other else (other, ref)] = near[ref][other].score
    return links


def gather(
    refs: Iterable[str],
    links: Mapping[Pair, int],
    near: Near,
    voices: Mapping[str, str],
    judged: Mapping[Pair, Judgement],
) -> tuple[list[tuple[str, ...]], dict[int, tuple[int, ...]]]:
    """Return events from links: first what people judged, newest first, then the rule's, best first.

    The rule never puts two reports of one voice into one event, nor two that a person judged to be apart, nor two that
    are not worth comparing: a report between two killings would make one of them. A judgement that later ones make
    impossible is passed over, and returned with those.
    """
    group = {ref: {ref} for ref in refs}
    apart: dict[Pair, int] = {}
    bonds: dict[str, dict[str, int]] = defaultdict(dict)
    passed: dict[int, tuple[int, ...]] = {}

    def divided(a: str, b: str) -> list[int]:
        if not apart:
            return []
        pairs = (((x, y) if x < y else (y, x)) for x in group[a] for y in group[b])
        return sorted({apart[p] for p in pairs if p in apart})

    def unite(a: str, b: str) -> None:
        if group[a] is group[b]:
            return
        whole = group[a] | group[b]
        for ref in whole:
            group[ref] = whole

    for said in sorted(judged.values(), key=lambda j: -j.number):
        a, b = said.pair
        if said.word == "apart":
            if group[a] is group[b]:
                passed[said.number] = _chain(bonds, a, b)
            else:
                apart[said.pair] = said.number
        elif against := divided(a, b) if group[a] is not group[b] else []:
            passed[said.number] = tuple(against)
        else:
            bonds[a][b] = bonds[b][a] = said.number
            unite(a, b)
    for (a, b), _ in sorted(links.items(), key=lambda link: (-link[1], link[0])):
        if group[a] is group[b] or divided(a, b):
            continue
        one_voice = not {voices[x] for x in group[a]}.isdisjoint(voices[x] for x in group[b])
        if not one_voice and all(y in near.get(x, ()) for x in group[a] for y in group[b]):
            unite(a, b)
    events = sorted({tuple(sorted(whole)) for whole in group.values()})
    return events, passed


def _chain(bonds: Mapping[str, Mapping[str, int]], a: str, b: str) -> tuple[int, ...]:
    """Return the judgements by which two reports are one, on the shortest way from the one to the other."""
    ways: dict[str, tuple[int, ...]] = {a: ()}
    frontier = [a]
    while frontier and b not in ways:
        reached = []
        for ref in frontier:
            for other, number in sorted(bonds.get(ref, {}).items()):
                if other not in ways:
                    ways[other] = (*ways[ref], number)
                    reached.append(other)
        frontier = reached
    return tuple(sorted(ways.get(b, ())))


class Asking:
    """Which pairs that were worth comparing a person is asked about.

    Not when they are one event already, when somebody judged them, or when the event of one already has a report of
    the other's voice: then the better match is found. And only where each is among the other's best of that voice: a
    town that is shelled every day has hundreds of pairs that are near, and whoever is asked them all answers none. The
    next come as these are judged.
    """

    def __init__(
        self,
        event_of: Mapping[str, tuple[str, ...]],
        near: Near,
        voices: Mapping[str, str],
        judged: Mapping[Pair, Judgement],
        rule: Rules,
    ) -> None:
        self.best_of_a_voice = rule.ask_best
        self.event_of, self.near, self.voices, self.judged = event_of, near, voices, judged
        self._best: dict[str, set[str]] = {}

    def about(self, pair: Pair) -> bool:
        """Tell whether a person is asked about a pair."""
        a, b = pair
        if pair in self.judged or self.event_of[a] == self.event_of[b]:
            return False
        first, second = ({self.voices[r] for r in self.event_of[one]} for one in pair)
        if self.voices[b] in first or self.voices[a] in second:
            return False
        return b in self._among(a) and a in self._among(b)

    def _among(self, ref: str) -> set[str]:
        """Return the best matches of a report in each voice, leaving out those judged."""
        if ref not in self._best:
            ranked = sorted((-found.score, other) for other, found in self.near.get(ref, {}).items())
            taken: Counter[str] = Counter()
            best = set()
            for _, other in ranked:
                voice = self.voices[other]
                if ((ref, other) if ref < other else (other, ref)) not in self.judged and taken[
                    voice
                ] < self.best_of_a_voice:
                    taken[voice] += 1
                    best.add(other)
            self._best[ref] = best
        return self._best[ref]
