"""The development lens: what projects of a sector may do to a risk factor, what studies found, what a country lacks.

Rules are our own mapping and say so; studies are counted by direction, never weighed into one number.
"""

from tocsin.catalog.development.reading import Lens, check, lens
from tocsin.catalog.development.schema import (
    BODIES,
    EFFECTS,
    FINDS,
    KINDS,
    Capacity,
    Programme,
    Rule,
    Sector,
    Study,
)

__all__ = [
    "BODIES",
    "EFFECTS",
    "FINDS",
    "KINDS",
    "Capacity",
    "Lens",
    "Programme",
    "Rule",
    "Sector",
    "Study",
    "check",
    "lens",
]
