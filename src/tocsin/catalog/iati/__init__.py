"""An IATI activity, out of its XML or a line of a table: the one reading that the evidence and the register share.

Pure: bytes or cells in, what they say and what does not fit out. It stands in the catalogue because it is knowledge of
a public standard, and because neither wing may import the other.
"""

from tocsin.catalog.iati.line import (
    DAC3,
    DAC5,
    MONEY,
    NEEDED,
    OPTIONAL,
    STATUS,
    Line,
    kind_of_money,
    read,
)
from tocsin.catalog.iati.xml import Activity, activities, count, flatten

__all__ = [
    "DAC3",
    "DAC5",
    "MONEY",
    "NEEDED",
    "OPTIONAL",
    "STATUS",
    "Activity",
    "Line",
    "activities",
    "count",
    "flatten",
    "kind_of_money",
    "read",
]
