"""The brief: one page of what the board and the docket say, to carry. One content object; page, PDF and JSON show it.

Takes in a run and the register; gives out a dictionary, HTML and PDF. It computes no number of its own.
"""
