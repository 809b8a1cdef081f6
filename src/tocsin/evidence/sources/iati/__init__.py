"""IATI: activities of development cooperation as their publishers report them."""
