"""UNHCR refugee statistics."""
