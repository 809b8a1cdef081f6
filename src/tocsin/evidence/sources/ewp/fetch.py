"""Ask for the list of the newest edition of the Early Warning Project's Statistical Risk Assessment.

Source: the project's repositories, one an edition, https://github.com/EarlyWarningProject/2025-Statistical-Risk-Assessment
(folder ``3.Modeling``, files ``forecasts3Sep2025.csv``; the last by the date in its name is the published one), and
GitHub's interface for the contents of a folder, https://docs.github.com/en/rest/repos/contents.
"""

from __future__ import annotations

import re
from calendar import month_abbr
from collections.abc import Generator
from typing import Any

from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted

FOLDER = "3.Modeling"
LIST = re.compile(r"^forecasts(\d{1,2})([A-Z][a-z]{2})(\d{4})\.csv$")
MONTHS = list(month_abbr)
RAW = "https://raw.githubusercontent.com/EarlyWarningProject"
CSV = ("text/csv", "text/plain", "application/octet-stream")


def plan(wanted: Wanted) -> Plan:
    """Ask for this year's edition, else for last year's, unless the list is in already."""
    for year in (wanted.now.year, wanted.now.year - 1):
        name = yield from _listed(wanted, year)
        if name is None:
            continue
        if wanted.last.get("list") == name:
            return dict(wanted.last)
        address = f"{RAW}/{year}-Statistical-Risk-Assessment/HEAD/{FOLDER}/{name}"
        yield Ask(address, accept=CSV, name=name)
        return {"list": name}
    raise Unusable("neither this year's nor last year's edition is where the edition of 2025 was published")


def _listed(wanted: Wanted, year: int) -> Generator[Ask, Answer, str | None]:
    """Return the newest list of an edition; None when the edition, or a list in it, is not there yet."""
    answer = yield Ask(
        f"{wanted.base}/{year}-Statistical-Risk-Assessment/contents/{FOLDER}",
        headers={"Accept": "application/vnd.github+json"},
        accept=("application/json",),
        name=f"edition {year}",
        keep=False,
        also=(404,),
    )
    if answer.status != 200:
        return None
    said = answer.json()
    if not isinstance(said, list):
        raise Unusable("the answer is no list of files")
    found = [(_day(m), str(entry["name"])) for entry in said if (m := _match(entry))]
    return max(found)[1] if found else None


def _match(entry: Any) -> re.Match[str] | None:
    return LIST.match(str(entry.get("name", ""))) if isinstance(entry, dict) else None


def _day(found: re.Match[str]) -> tuple[int, int, int]:
    return int(found[3]), MONTHS.index(found[2]) if found[2] in MONTHS else 0, int(found[1])
