"""What an operator can measure: counters that any part of the program may increase, without I/O and without a library.

To add one: a line in program.py, and its `add`, `observe` or `set` where the thing happens. exposition.py shows them.
"""
