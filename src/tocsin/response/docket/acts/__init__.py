"""Everything that people and runs do to the docket. Each act is one transaction: rows, messages, one ledger entry.

Before an act the item's clocks are settled up to the present, in a transaction of their own: nobody can acknowledge
or decide their way around a clock that has already run out, whether or not ``tick`` has noticed it.
"""

from tocsin.response.docket.acts.acknowledge import acknowledge
from tocsin.response.docket.acts.answer import answer
from tocsin.response.docket.acts.bell import ring_bell
from tocsin.response.docket.acts.block import block, lift, position
from tocsin.response.docket.acts.cancel import agree, cancel
from tocsin.response.docket.acts.close import close, review
from tocsin.response.docket.acts.commitments import complete
from tocsin.response.docket.acts.decide import decide
from tocsin.response.docket.acts.label import label
from tocsin.response.docket.acts.minute import minute
from tocsin.response.docket.acts.outcome import outcome
from tocsin.response.docket.acts.override import override, withdraw
from tocsin.response.docket.acts.propose import assent, dissent, propose
from tocsin.response.docket.acts.recuse import recuse
from tocsin.response.docket.acts.reopen import reopen
from tocsin.response.docket.acts.take import Taken, take_run, take_waiting
from tocsin.response.docket.acts.track import close_track

__all__ = [
    "Taken",
    "acknowledge",
    "agree",
    "answer",
    "assent",
    "block",
    "cancel",
    "close",
    "close_track",
    "complete",
    "decide",
    "dissent",
    "label",
    "lift",
    "minute",
    "outcome",
    "override",
    "position",
    "propose",
    "recuse",
    "reopen",
    "review",
    "ring_bell",
    "take_run",
    "take_waiting",
    "withdraw",
]
