"""The country file: capacities that are missing and what fits them (M21); institutions beside their support (M81)."""

from tocsin.response.register.country.capacities import capacities
from tocsin.response.register.country.institutions import as_csv, institutions, say

__all__ = ["as_csv", "capacities", "institutions", "say"]
