"""A package that lacks nothing, for tests that take something away from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

TODAY = date(2026, 11, 23)


def line(option: str = "D05", *, days: tuple[int, int] = (3, 40), today: date = TODAY, **more: Any) -> dict[str, Any]:
    """A line of effort that lacks nothing: who leads, by what authority, from which day to which."""
    return {
        "option": option,
        "leads": "desk_officer",
        "support": "African Union; UN Special Adviser",
        "abstain": "the former colonial power",
        "authority": "decision of the foreign minister on the desk's note",
        "starts": str(today + timedelta(days=days[0])),
        "ends": str(today + timedelta(days=days[1])),
        "lead_days_min": "7",
        "lead_days_max": "30",
        "cost_band": "under_1m",
        "risks": "One side may use the talks to gain time.",
        "measure": "Attacks on the two towns in a month, as the mission counts them",
        "baseline": "14 in October, by the mission's count",
        "measure_on": str(today + timedelta(days=60)),
        **more,
    }


def package(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A whole package of these lines, or of one mediation."""
    return {
        "purpose": {"goal": "No attack on the two towns before the rains, so that people can stay."},
        "canvas": {
            "capacities": "Market women's committees and the two imams stopped the reprisals in March.",
            "particular": "The road north decides; whoever holds the ford holds the harvest.",
        },
        "actors": [
            {
                "actor": "The northern garrison",
                "motives": "Pay is five months late; raids feed it.",
                "restraints": "Its commander's family lives in the town.",
            }
        ],
        "harm": {
            "who": "The committee members, if they are seen to speak with us.",
            "watched": "The mission calls two of them each day and tells the desk.",
            "stop": "The first threat to a member stops every visit; the head of mission stops it.",
        },
        "lines": list(lines) or [line()],
        **more,
    }


def rapid(*lines: dict[str, Any], today: date = TODAY, **more: Any) -> dict[str, Any]:
    """A minimum package: only what haste cannot leave out."""
    kept = ("option", "leads", "authority", "starts", "lead_days_min", "lead_days_max", "measure")
    whole = [{k: v for k, v in one.items() if k in kept} for one in (lines or (line(today=today),))]
    return {
        "is_rapid": True,
        "purpose": {"goal": "The convoy turns back before Friday."},
        "canvas": {"capacities": "The bishop has stopped a column before."},
        "actors": [{"actor": "The convoy's command", "motives": "It wants the depot before the rains."}],
        "harm": {"who": "Those in the depot.", "stop": "Shots at the depot stop the visit."},
        "lines": whole,
        "rapid": {
            "confidence": "low",
            "caveats": "The mission has not been asked; one source.",
            "complete_by": str(today + timedelta(days=5)),
        },
        **more,
    }
