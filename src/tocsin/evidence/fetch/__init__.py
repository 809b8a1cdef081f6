"""Ask publishers: one fetcher for every source that says in ``source.yml`` how it is asked (``live:``).

Takes in a source's plan (``fetch.py``, pure); gives out loads and a record of every try. The only room that speaks to
the network, and to declared hosts alone.
"""

from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted
from tocsin.evidence.fetch.feeds import Feed, feeds
from tocsin.evidence.fetch.fetcher import fetch
from tocsin.evidence.fetch.records import Fetched

__all__ = ["Answer", "Ask", "Feed", "Fetched", "Plan", "Unusable", "Wanted", "feeds", "fetch"]
