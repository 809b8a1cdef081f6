"""Ask V-Dem for the country-year core file of the newest version.

Source: https://www.v-dem.net/data/the-v-dem-dataset/ (country-year, V-Dem Core), which leads to
``/media/datasets/V-Dem-CY-Core-vNN_csv.zip``; the address is the one that public clients of version 15 use. Version NN
appears in March of the year NN + 2010. A version that is not out is answered with 404.
"""

from __future__ import annotations

from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

FIRST_YEAR = 2010
BACK = 2
ZIP = ("application/zip", "application/x-zip-compressed", "application/octet-stream")


def plan(wanted: Wanted) -> Plan:
    """Ask for this year's version, else for one of the two before it."""
    newest = wanted.now.year - FIRST_YEAR
    for version in range(newest, newest - BACK - 1, -1):
        name = f"V-Dem-CY-Core-v{version}_csv.zip"
        answer = yield Ask(f"{wanted.base}/media/datasets/{name}", accept=ZIP, name=name, also=(404,))
        if answer.status == 200:
            return {"version": str(version)}
    raise Unusable(f"no version from {newest} down to {newest - BACK} is where V-Dem published version 15")
