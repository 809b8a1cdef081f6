"""Monthly violence: what may be known at the end of a month, thresholds and counts ahead, and how they were scored.

Takes in the monthly deaths and the yearly panel, gives out hub rows of ``violence_v1`` and of its baselines.
"""
