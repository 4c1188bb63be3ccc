"""A report as parts of web pages. Pure: no I/O."""
