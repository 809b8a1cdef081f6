"""Varieties of Democracy."""
