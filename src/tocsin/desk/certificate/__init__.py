"""A certificate of an exercise on one sheet: what it says in words, and as PDF."""
