"""The rows of the development lens: sectors, rules from sector to factor, studies of harm, capacities, programmes."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from tocsin.catalog.rows import FactorCode, Row, SomeWords, Source, Text, Words

Effect = Literal["restrains", "may_feed", "unclear"]
EFFECTS: dict[str, str] = {
    "restrains": "may restrain",
    "may_feed": "may feed",
    "unclear": "may do either",
}
"""What a project of a sector may do to a factor, in words; never a verdict on the project."""
Finds = Literal["more", "less", "mixed", "none"]
FINDS: dict[str, str] = {
    "more": "more violence",
    "less": "less violence",
    "mixed": "mixed findings",
    "none": "no effect shown",
}
"""What a study found of the aid it studied; counted by direction and never weighed into one."""
Kind = Literal[
    "courts",
    "oversight",
    "early_warning",
    "law",
    "security",
    "services",
    "mediation",
    "protection",
    "civil_society",
]
KINDS: dict[str, str] = {
    "courts": "Courts",
    "oversight": "Oversight",
    "early_warning": "Early warning",
    "law": "Law",
    "security": "Security forces",
    "services": "Means and services",
    "mediation": "Mediation",
    "protection": "Protection",
    "civil_society": "Civil society and media",
}
assert tuple(KINDS) == get_args(Kind)
BODIES = ("courts", "oversight", "early_warning")
"""The kinds whose course over time is kept beside the support they were given."""
_SIGNAL = re.compile(r"^([a-z0-9_]+)(<=|>=)(-?\d+(?:\.\d+)?)$")


def _signals(value: object) -> object:
    """Split ``a<=1;b>=2`` into (column, sign, bound)."""
    if not isinstance(value, str):
        return value
    found = []
    for part in (p.strip() for p in value.split(";") if p.strip()):
        match = _SIGNAL.match(part)
        if match is None:
            raise ValueError(f"{part!r} is not COLUMN<=NUMBER")
        found.append((match[1], match[2], float(match[3])))
    return tuple(found)


Sectors = SomeWords
Signals = Annotated[tuple[tuple[str, str, float], ...], BeforeValidator(_signals)]


class Sector(Row):
    """A purpose code of the OECD's creditor reporting system (five digits), or a category of them (three)."""

    code: Annotated[str, Field(pattern=r"^[0-9]{3}([0-9]{2})?$")]
    name: Text


class CountryCode(Row):
    """A two-letter country code and the place it names."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    place_id: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Study(Row):
    """A study of what aid did to violence: what was studied, which way it went, what it says, which one it disputes."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    source: Source
    title: Text
    studied: Text
    outcome: Text
    finds: Finds
    says: Text
    disputes: str


class Rule(Row):
    """What projects of some sectors may do to one factor of the UN framework.

    ``presumes`` is what must hold for it, ``lowers`` is the adjustment that would lower the risk. ``sectors`` are
    codes of three digits (everything under them) or five. ``flows`` are the flows of an incentive model
    (``incentives.yml``) that such a project touches; none: the rule is about no gain of anybody.
    """

    id: Annotated[str, Field(pattern=r"^[a-z-]{3,40}$")]
    sectors: Sectors
    factor: FactorCode
    effect: Effect
    why: Text
    presumes: Text
    lowers: Text
    flows: Words
    evidence: Words


class Capacity(Row):
    """Something a country may lack: named by the indicators that say so where they are present, or by panel columns.

    ``data`` are bounds on columns of the panel: where the newest figure is at or beyond one, data say it is missing.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]{3,30}$")]
    name: Text
    kind: Kind
    factor: FactorCode
    indicators: SomeWords
    data: Signals
    why: Text


class Programme(Row):
    """A type of programme that fits some capacities, by options of the catalogue; what it needs and may harm."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{3,30}$")]
    name: Text
    capacities: SomeWords
    options: SomeWords
    sectors: Sectors
    what: Text
    needs: Text
    may_harm: Text
    evidence: Words
