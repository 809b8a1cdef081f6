"""UCDP/PRIO armed conflicts."""
