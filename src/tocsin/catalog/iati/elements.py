"""The elements an activity may have: what stands in it besides, outside a namespace of its own, is of no version."""

STANDARD = frozenset((
    "iati-identifier", "reporting-org", "title", "description", "participating-org", "other-identifier",
    "activity-status", "activity-date", "contact-info", "activity-scope", "recipient-country", "recipient-region",
    "location", "sector", "tag", "country-budget-items", "humanitarian-scope", "policy-marker",
    "collaboration-type", "default-flow-type", "default-finance-type", "default-aid-type", "default-tied-status",
    "budget", "planned-disbursement", "capital-spend", "transaction", "document-link", "related-activity",
    "legacy-data", "conditions", "result", "crs-add", "fss", "activity-website",
))  # fmt: skip
"""iati-activities-schema.xsd of version 2.03 (github.com/IATI/IATI-Schemas), with ``tag`` and, of 1.x,
``activity-website`` from memory. The schema lets a publisher add elements in a namespace of its own.
"""
