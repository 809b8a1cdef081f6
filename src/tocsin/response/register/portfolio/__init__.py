"""Development portfolios: lists of projects taken in and screened by rules, each flag judged by a reviewer (M79)."""

from tocsin.response.register.portfolio.importing import Taken, signed, take
from tocsin.response.register.portfolio.overlay import overlay
from tocsin.response.register.portfolio.reviews import VERDICTS, project, review
from tocsin.response.register.portfolio.show import Asked, as_csv, as_json, choices, one, portfolios, screened

__all__ = [
    "VERDICTS",
    "Asked",
    "Taken",
    "as_csv",
    "as_json",
    "choices",
    "one",
    "overlay",
    "portfolios",
    "project",
    "review",
    "screened",
    "signed",
    "take",
]
