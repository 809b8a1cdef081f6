"""Reports: what somebody in the field wrote, byte for byte; who read it, how it travelled, what became of it.

Models are imported from ``reports.models``; acts from their modules. Nothing here writes a docket item or a message:
``docket.reports`` does, which stands above.
"""
