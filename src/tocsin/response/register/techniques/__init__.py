"""Structured techniques on a place, a round or an item: rival hypotheses, assumptions, premortem, scenarios, and more.

Nothing here is a probability, and nothing decides: each makes somebody say what they would rather leave unsaid.
"""
