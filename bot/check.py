"""The heart: gather evidence, judge it, report."""
