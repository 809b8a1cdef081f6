"""What the rules say of a project at a place: each flag with why, what it presumes and what stands behind it.

A flag is a question put by a rule about a sector, never a finding about a project: a word in its title raises none.
How it stands depends on what the place's assessors say of the factor. Nothing is added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tocsin.catalog import withdrawn
from tocsin.catalog.development import FINDS, Rule, lens
from tocsin.catalog.iati import DAC3, DAC5
from tocsin.catalog.library import library
from tocsin.catalog.source_names import key
from tocsin.response.register.assessments.seen import Seen

APPLIES, CONDITIONAL, NOT_NOW = "applies", "conditional", "not_now"
STANDINGS: dict[str, str] = {
    APPLIES: "the factor is assessed as present or partly present here",
    CONDITIONAL: "nobody has assessed the factor here, or the answer is unknown: the question stays open",
    NOT_NOW: "the factor is assessed as absent here: the question waits for a change",
}
WHOLE = Decimal("99.5")
"""Shares that are the whole: publishers round."""
SCREENED, IN_PART, NOT_SCREENED = "screened", "in_part", "not_screened"
COVERED: dict[str, str] = {
    SCREENED: "every sector of it falls under a rule",
    IN_PART: "some of its sectors fall under no rule",
    NOT_SCREENED: "not screened: no rule could be asked. That is not the same as no risk",
}


@dataclass(frozen=True)
class Flag:
    """One rule raised by one or more sectors of a project: ``(code, name, percent)`` of each."""

    rule: Rule
    factor_name: str
    sectors: tuple[tuple[str, str, str], ...]
    standing: str
    state: str

    @property
    def why_so(self) -> str:
        """How it stands here, in words."""
        return STANDINGS[self.standing]


@dataclass(frozen=True)
class Screened:
    """What came of screening: how far it could be, its flags in the order of the rules, and each sector left out."""

    covered: str
    flags: tuple[Flag, ...]
    left_out: tuple[tuple[str, str], ...]


def screen(sectors: Sequence[Mapping[str, str]], seen: Mapping[str, Seen]) -> Screened:
    """Screen the sectors of a project against what is seen of each factor at a place (``factors_answered``)."""
    raised: dict[str, list[tuple[str, str, str]]] = {}
    left_out: list[tuple[str, str]] = []
    asked = 0
    for sector in _own(sectors):
        name, rules, why_not = known(sector["vocabulary"], sector["code"])
        if why_not:
            left_out.append((sector["code"], why_not))
            continue
        asked += 1
        for rule in rules:
            raised.setdefault(rule, []).append((sector["code"], name, sector["percent"]))
    if not sectors:
        left_out.append(("", "the list names no sector"))
    covered = NOT_SCREENED if not asked else IN_PART if left_out else SCREENED
    book = lens().rules
    flags = tuple(_flag(book[r], raised[r], seen) for r in book if r in raised)
    return Screened(covered, flags, tuple(left_out))


def _own(sectors: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return the sectors to ask about: the OECD's alone where their shares are the whole.

    By the standard each vocabulary names the whole activity again, so another one then adds no part of the project.
    Without shares nobody can tell, and every sector is asked about.
    """
    for one in (DAC5, DAC3):
        mine = [s for s in sectors if s["vocabulary"] == one]
        if mine and all(s["percent"] for s in mine) and sum(Decimal(s["percent"]) for s in mine) >= WHOLE:
            return mine
    return list(sectors)


@lru_cache(maxsize=4096)
def known(vocabulary: str, code: str) -> tuple[str, tuple[str, ...], str]:
    """Return the name of a sector, the rules it falls under, and why none could be asked (empty: they could)."""
    if vocabulary not in {DAC5, DAC3}:
        return "", (), f"its vocabulary ({vocabulary}) is not that of the OECD; the rules know no other"
    book = lens()
    found = book.sectors.get(code)
    if found is None:
        return "", (), "no list of sector codes here has it"
    rules = tuple(rule.id for rule in book.rules_for(code))
    return found.name, rules, "" if rules else f"no rule speaks of {found.name.lower()}"


def _flag(rule: Rule, sectors: Sequence[tuple[str, str, str]], seen: Mapping[str, Seen]) -> Flag:
    state = seen[rule.factor].state if rule.factor in seen else "not assessed"
    standing = APPLIES if state in {"present", "partly"} else NOT_NOW if state == "absent" else CONDITIONAL
    return Flag(rule, library().framework.factors[rule.factor].name, tuple(sectors), standing, state)


def evidence(studies: Sequence[str]) -> dict[str, Any]:
    """Return the studies behind a rule, and how many went which way. One that was withdrawn is shown, not counted."""
    rows = []
    for name in studies:
        study = lens().studies[name]
        gone = withdrawn.every().get(key(study.source))
        rows.append(
            {
                "id": study.id,
                "title": study.title,
                "source": study.source,
                "studied": study.studied,
                "outcome": study.outcome,
                "finds": study.finds,
                "finds_said": FINDS[study.finds],
                "says": study.says,
                "disputes": study.disputes,
                "disputed_by": [s.id for s in lens().disputed_by(study.id)],
                "basis": study.basis_label,
                "withdrawn": gone.sentence if gone else "",
            }
        )
    counted = [row for row in rows if not row["withdrawn"]]
    counts = {finds: sum(row["finds"] == finds for row in counted) for finds in FINDS}
    return {"studies": rows, "counts": counts, "said": counted_words(counts)}


def counted_words(counts: Mapping[str, int]) -> str:
    """Return the counts in words: ``2 more violence, 1 less violence``; what is not counted is not said."""
    told = [f"{counts[finds]} {words}" for finds, words in FINDS.items() if counts[finds]]
    return ", ".join(told) or "no study is listed"
