"""Ask HDX HAPI, version 2, for people in need and internally displaced people, whole countries.

Source: https://hdx-hapi.readthedocs.io/ and the interface's own code, github.com/OCHA-DAP/hdx-hapi (changelog
2025-02-18: the addresses of version 2; ``limit`` of at most 10,000 and ``offset``; the identifier in the header
``X-HDX-HAPI-APP-IDENTIFIER``; answers of ``{"data": [...]}``). What HAPI passes on of INFORM and of the IPC is read
from those publishers themselves, and conflict events from UCDP.
"""

from __future__ import annotations

from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

LIMIT = 1000
MOST_PAGES = 600
IDENTIFIER = "X-HDX-HAPI-APP-IDENTIFIER"
THEMES = {
    "humanitarian_needs": ("affected-people/humanitarian-needs", {"admin_level": "0", "population_status": "INN"}),
    "idps": ("affected-people/idps", {"admin_level": "0"}),
}
"""File: its address and what is asked of it."""


def plan(wanted: Wanted) -> Plan:
    """Ask for each theme page by page, until a page is not full."""
    for name, (address, asked) in THEMES.items():
        for page in range(MOST_PAGES):
            answer = yield Ask(
                f"{wanted.base}/{address}",
                params={**asked, "output_format": "json", "limit": str(LIMIT), "offset": str(page * LIMIT)},
                headers={IDENTIFIER: wanted.secrets["app_identifier"]},
                secret=(IDENTIFIER,),
                accept=("application/json",),
                name=f"{name}.json",
            )
            said = answer.json()
            data = said.get("data") if isinstance(said, dict) else None
            if not isinstance(data, list):
                raise Unusable("the answer holds no list of data")
            if len(data) < LIMIT:
                break
        else:
            raise Unusable(f"{name} has more than {MOST_PAGES} pages")
    return None
