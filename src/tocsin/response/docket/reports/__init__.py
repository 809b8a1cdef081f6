"""What is done with reports: entering, reading, passing up, going around; what fires; what becomes of each.

Each act is one transaction: rows, messages, one ledger entry. No message and no header names a writer.
"""
