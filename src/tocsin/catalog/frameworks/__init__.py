"""Frameworks of assessment as data, in one shape: the United Nations' (un_framework), the US form (us_araf), and how
much evidence stands behind an answer (evidence_protocol).

``all`` and ``get`` give them checked; ``check`` finds every fault with file and line; ``crossings`` is the crosswalk.
"""

from tocsin.catalog.frameworks.checks import check
from tocsin.catalog.frameworks.reading import IDS, crossings, get
from tocsin.catalog.frameworks.reading import known as all  # noqa: A004 - frameworks.all() reads as it is meant
from tocsin.catalog.frameworks.schema import Crossing, Framework, Question, reference

__all__ = ["IDS", "Crossing", "Framework", "Question", "all", "check", "crossings", "get", "reference"]
