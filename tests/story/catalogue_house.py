"""A house with a catalogue of its own, for the acceptance tests of options: its commands and pages in one process."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.cli.main import main
from tocsin.evidence.sources.ushmm_tools.read import FLAGS

OPTION = {
    "name": "Market truce days",
    "mechanism": "People who need one another's goods keep a day on which nobody is attacked",
    "instrument": "local/civil-society",
    "coercive": "no",
    "phase": ["upstream", "imminent"],
    "strategy": ["dissuade"],
    "risk_factors": ["RF8", "RF9"],
    "actors_with_authority": ["Market associations", "District officer"],
    "lead_days_min": 5,
    "lead_days_max": 30,
    "preconditions": ["Traders of both groups"],
    "needs_people": "Two conveners",
    "needs_money": "<100k",
    "known_risks": ["Traders attacked on the road"],
    "may_harm": ["Traders"],
    "evidence_text": "Two districts, no comparison",
    "evidence_grade": "C",
    "basis": "memory",
}
"""An option that nobody has thought of yet, whole."""


@dataclass
class House:
    """A data folder, a way to run commands in it, and a browser without script."""

    home: Path
    client: Any
    capsys: Any
    monkeypatch: Any

    def __call__(self, *words: str, user: str = "ana", exits: int = 0) -> dict[str, Any]:
        """Run a command as somebody at the keyboard, and return its object."""
        self.monkeypatch.setenv("LOGNAME", user)
        code = main([*words, "--json"])
        out, err = self.capsys.readouterr()
        assert code == exits, f"tocsin {' '.join(words)} exited {code}: {out}{err}"
        return dict(json.loads(out))

    def page(self, address: str, code: int = 200) -> str:
        """Return a page as text."""
        answer = self.client.get(address)
        assert answer.status_code == code, f"{address} answered {answer.status_code}"
        return str(answer.content.decode())


def findings(path: Path, rows: list[tuple[str, str, str, str, str]]) -> Path:
    """Write a file as the publisher of the tools data set serves it: (tool, feature or "", flag, study, citation)."""
    columns = ["effects_type", "Index.Number", "Tool", "CD", *FLAGS, "full_citation"]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns)
        for tool, feature, flag, study, cite in rows:
            kind = "Contextual or design" if feature else "Average"
            kin = "_factor" if feature else "_average"
            flags = ["NA" if not c.endswith(kin) else "1" if c == flag else "0" for c in FLAGS]
            out.writerow([kind, study, tool, feature or "NA", *flags, cite])
    return path
