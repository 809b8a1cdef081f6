"""Battle-related deaths: the newest yearly release, by UCDP's API or as its zipped csv (``ucdp_api``)."""

from __future__ import annotations

from tocsin.evidence.fetch.ask import Plan, Wanted
from tocsin.evidence.sources.ucdp_api import by_year

DOWNLOAD = "https://ucdp.uu.se/downloads/brd/ucdp-brd-dyadic-{version}-csv.zip"


def plan(wanted: Wanted) -> Plan:
    """Ask for this year's release, else last year's, whole: a yearly release replaces all years."""
    return (yield from by_year(wanted, resource="battledeaths", download=DOWNLOAD))
