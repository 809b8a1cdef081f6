"""UCDP events and country-months."""
