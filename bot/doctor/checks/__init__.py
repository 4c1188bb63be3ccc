"""The checks of `provenance doctor`, one a file. To add one: a file here that defines `check`."""
