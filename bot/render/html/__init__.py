"""A report as parts of web pages. No I/O."""
