"""Needs set against what organisations offer: what fits and why, asks with their clocks, answers and use (M15)."""
