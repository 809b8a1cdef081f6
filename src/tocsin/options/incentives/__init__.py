"""Incentives: who gains from violence, restraint and bargains, and what a programme shifts, by open arithmetic."""

from tocsin.options.incentives.model import Actor, Assumption, Bargain, Effect, Line, Model, Programme, read
from tocsin.options.incentives.trial import Advantage, Payoff, Step, Strained, Trial, Weight, gains, standing, test

__all__ = [
    "Actor",
    "Advantage",
    "Assumption",
    "Bargain",
    "Effect",
    "Line",
    "Model",
    "Payoff",
    "Programme",
    "Step",
    "Strained",
    "Trial",
    "Weight",
    "gains",
    "read",
    "standing",
    "test",
]
