"""Pipelines as people write them: silent as they stand; with one thing wrong, exactly that is found and fixed.

To add one: the files as a right pipeline has them, `fine()`, and at least one `broken(…)`.
"""
