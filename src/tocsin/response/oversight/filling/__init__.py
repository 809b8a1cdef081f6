"""What of the ledger fills which part of a report. Each function returns None when the record holds nothing of it.

No reasons, no question, no name of a person: posts alone.
"""

from __future__ import annotations

from collections.abc import Callable

from tocsin.response.oversight.filling import process, registers
from tocsin.response.oversight.filling.common import Filled
from tocsin.response.oversight.period import Period

__all__ = ["FILLERS", "Filled"]

FILLERS: dict[str, Callable[[Period], Filled | None]] = {
    "record": process.record,
    "warnings": process.warnings,
    "answers": process.answers,
    "dissent": process.dissent,
    "latency": process.latency_table,
    "lapses": process.lapses,
    "reports": process.reports,
    "commitments": process.commitments,
    "outcomes": process.outcomes,
    "false_alarms": process.false_alarms,
    "detection": process.detection,
    "contingency": process.contingency,
    "coordination": process.coordination,
    "barriers": process.barriers,
    "countries": process.countries,
    "factors": process.factors,
    "gaps": registers.gaps,
    "recommendations": registers.recommendations,
    "implemented": registers.implemented,
    "legislation": registers.legislation,
    "briefings": registers.briefings,
    "questions": registers.questions,
    "sharing": registers.sharing,
    "limits": registers.limits,
    "exercises": registers.exercises,
}
"""By the name that a shape of report gives in ``filled_by``."""
