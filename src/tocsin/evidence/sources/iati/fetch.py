"""IATI by its Datastore, version 3: activities of ten countries at a time, as the XML that their publishers wrote.

https://iatistandard.org/en/iati-tools-and-resources/iati-datastore/how-to-use-the-datastore-api: ``activity/iati``
gives XML, ``q`` is a Solr query over fields named after elements and attributes (``recipient_country_code``,
``transaction_transaction_date_iso_date``), ``rows`` up to 1,000 and ``start`` turn pages; the key goes into the header
``Ocp-Apim-Subscription-Key``. ``iati_identifier_exact`` is the identifier as one word: pages are sorted by it.
"""

from __future__ import annotations

import io
from datetime import timedelta

from tocsin.catalog import iati
from tocsin.catalog.development import lens
from tocsin.core.errors import Refused
from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

ROWS = 1000
DAYS = 90
BATCH = 10
"""Countries in one fetch: what one fetch holds in memory, and what the free subscription allows, stay bounded."""
KEY = "Ocp-Apim-Subscription-Key"


def plan(wanted: Wanted) -> Plan:
    """Ask for the next countries in turn: activities with a transaction in the span, 90 days unless a person says."""
    codes = batch(wanted.last.get("turn", ""))
    until = wanted.until or wanted.now.date()
    since = wanted.since or until - timedelta(days=DAYS)
    span = f"transaction_transaction_date_iso_date:[{since}T00:00:00Z TO {until}T23:59:59Z]"
    start = 0
    while True:
        answer = yield Ask(
            f"{wanted.base}/activity/iati",
            params={
                "q": f"recipient_country_code:({' OR '.join(codes)}) AND {span}",
                "rows": str(ROWS),
                "start": str(start),
                "sort": "iati_identifier_exact asc",
            },
            headers={KEY: wanted.secrets["key"]},
            secret=(KEY,),
            name=f"iati-{codes[0]}-{codes[-1]}.xml",
            also=(401, 403),
        )
        if answer.status in (401, 403):
            raise Unusable("The IATI API gateway does not accept the key", "Look at keys/iati.key and its subscription")
        try:
            count = iati.count(io.BytesIO(answer.body))
        except Refused as refused:
            raise Unusable(refused.what) from None
        if count < ROWS:
            return {"turn": codes[-1]}
        start += ROWS


def batch(after: str) -> list[str]:
    """Return the codes of the next countries behind one, in order; behind the last the first come again."""
    codes = sorted(lens().countries)
    at = next((i for i, code in enumerate(codes) if code > after), 0)
    return codes[at : at + BATCH]
