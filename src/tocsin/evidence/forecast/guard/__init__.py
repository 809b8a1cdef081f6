"""The guard before the fit: what is wrong with a panel is refused or flagged by name, before anything learns from it.

Takes in a ``Sheet`` (any panel: ours or a rival's), gives out findings. Each names the column, the rule and the rows.
What a rule cannot see stands in the docstring of its module and in ``docs/explain/method.md``.
"""

from tocsin.evidence.forecast.guard.look import PanelRefused, check, look
from tocsin.evidence.forecast.guard.sheet import Finding, Sheet, onsets, own, reference, rival

__all__ = ["Finding", "PanelRefused", "Sheet", "check", "look", "onsets", "own", "reference", "rival"]
