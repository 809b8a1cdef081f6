"""The monthly layer: what months of deaths add to the yearly forecast of onset, seen with one month's delay.

Takes in the store's tables, the country-year panel and the frozen yearly record; gives out probabilities that a mass
killing begins in the year after the base year, their record, and rows for a run. A month that nobody counted is not
known: where one is needed the layer gives no number and says so. Must not import a run folder or anything below
evidence.
"""
