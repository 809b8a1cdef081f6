"""Read-only over the record: latency by step, lapses by post, the timeline that may be released.

Takes in ledger entries and docket rows; gives out figures. Writes nothing.
"""
