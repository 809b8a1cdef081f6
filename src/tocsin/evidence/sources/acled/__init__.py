"""ACLED: events of political violence and protest."""
