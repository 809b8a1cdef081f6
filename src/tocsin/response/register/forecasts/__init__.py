"""Forecasts that people give: asked blind, kept as given, scored once it is known what came, pooled beside the model.

``questions`` asks and withdraws, ``giving`` keeps a probability, ``ending`` says what came, ``seen`` is what a reader
may see of one, ``record`` scores people and offices, ``rules`` says who may see that.
"""
