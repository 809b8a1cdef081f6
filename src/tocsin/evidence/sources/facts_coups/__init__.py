"""Years of coups."""
