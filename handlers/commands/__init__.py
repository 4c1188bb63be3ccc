"""`/provenance …`, one subcommand a file: `HELP` and `run`.

To add one: a file here, and its word in `COMMANDS`.
"""
