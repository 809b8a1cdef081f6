"""People and posts, situations, assessments, and the record every act is entered in.

Takes in names and answers; gives out accounts, judgements and ledger entries. Must not import ``docket``.
"""
