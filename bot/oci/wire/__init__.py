"""HTTP as registries need it: one exchange, then retries, redirects and pages around it.

Every limit is a constant with its unit and reason in the module that applies it.
"""
