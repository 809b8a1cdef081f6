"""Activities of development cooperation as publishers report them: money and work at a place, dated, by sector."""

from tocsin.evidence.activities.schema import ACTIVITIES, KEYS, shaped

__all__ = ["ACTIVITIES", "KEYS", "shaped"]
