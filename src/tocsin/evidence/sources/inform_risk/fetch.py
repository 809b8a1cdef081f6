"""Ask the Joint Research Centre for the INFORM Risk Index of the last ten years.

Source: github.com/OCHA-DAP/hdx-scraper-inform, which asks ``countries/trends/?WorkflowId=0`` (0 is the edition in
force) and keeps the answer it recorded; the centre's own page of examples is
https://drmkc.jrc.ec.europa.eu/inform-index/In-depth/API-Demo. One answer, no pages.
"""

from __future__ import annotations

from tocsin.evidence.fetch.ask import Ask, Plan, Wanted


def plan(wanted: Wanted) -> Plan:
    """Ask once: every country, ten years, four figures."""
    yield Ask(
        f"{wanted.base}/countries/trends/",
        params={"WorkflowId": "0"},
        accept=("application/json",),
        name="inform_risk_trends.json",
    )
    return None
