"""The one step that sees every event, on an engine of one's choice: DuckDB (default), Polars or a Spark cluster.

Takes in Parquet files of events, gives out place-months. Events are reports in the media, not deaths: no count made
here is ever a number of the dead.
"""

from tocsin.evidence.engines.canonical import result_hash
from tocsin.evidence.engines.counting import ENGINES, place_months
from tocsin.evidence.engines.schema import COUNTS, MEDIA_EVENTS, PLACE_MONTHS

__all__ = ["COUNTS", "ENGINES", "MEDIA_EVENTS", "PLACE_MONTHS", "place_months", "result_hash"]
