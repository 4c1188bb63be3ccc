"""Renders a report: one output format per file. No I/O."""
