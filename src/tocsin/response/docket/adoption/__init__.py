"""Another directive: what it would change, adopting it, and the moment it takes effect."""

from tocsin.response.docket.adoption.adopt import Adopted, adopt, settle, waiting
from tocsin.response.docket.adoption.effects import Effects, effects
from tocsin.response.docket.adoption.withdraw import withdraw

__all__ = ["Adopted", "Effects", "adopt", "effects", "settle", "waiting", "withdraw"]
