"""Measurements. `make bench` runs all of them, `make bench ONLY=releases` one; docs/speed.md shows what they said.

A bench is a module with a `main()` that prints its lines, and one line in bench/__main__.py. Times depend on the
machine, so a bench compares within one run: before and after, or us and a peer.
"""
