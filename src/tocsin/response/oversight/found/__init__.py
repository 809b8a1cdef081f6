"""Gaps that are computed: what is missing now, raised once, closed by what shows it is over, reopened when it is back.

``finders`` look; ``keeping`` brings the one register of gaps into agreement with what they see.
"""
