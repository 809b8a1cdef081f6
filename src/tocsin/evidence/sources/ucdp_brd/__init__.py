"""UCDP battle-related deaths."""
