"""Tocsin: early warning of mass atrocities, and a recorded answer to every warning.

The house is described in ``docs/explain/house.md``: rooms import only what stands above them.
"""

__version__ = "0.1.0"
