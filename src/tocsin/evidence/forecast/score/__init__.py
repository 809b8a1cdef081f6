"""How forecasts are judged: ranking, probability, differences with intervals, and the head-to-head with a rival.

NaN policy, everywhere in this folder: a row whose *label* is NaN (its window has not ended) is left out; a *forecast*
that is NaN refuses the whole score, because a model may not choose the rows it is judged on; a score that is not
defined (one class only, no rows) is NaN here and null in JSON, never 0.
"""
