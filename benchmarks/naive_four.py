"""Our models of mass-killing onset against four columns added up without learning a weight (``zsum4``).

    python benchmarks/naive_four.py --panel PREPARED.csv --peer FOOS.csv [--first 1993] [--last 2022] [--draws 300]

The same rows, options and words as ``onset_vs_ewp.py``. A model that does not beat this sum has not earned its
complexity. ``@panel`` is each side on the edition's own columns.
"""

from __future__ import annotations

from onset_vs_ewp import MODELS, compare, options

if __name__ == "__main__":
    compare(options(__doc__, "zsum4"), MODELS, ("zsum4", "zsum4@panel"))
