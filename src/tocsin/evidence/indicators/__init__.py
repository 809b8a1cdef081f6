"""Figures of places that stand beside the forecasts: risk indices, severity, food security, needs, tables of the home.

Takes in the loads of every source that fills the table ``indicators`` (``schema``); gives out what is known of a place
on a day, each figure with its date, source and licence, and what is missing (``seen``). They are listed and never
summed, and no published model reads them. Must not import the panel or the forecast.
"""
