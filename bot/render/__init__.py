"""A report, for each who reads it. No I/O, one reader a file."""
