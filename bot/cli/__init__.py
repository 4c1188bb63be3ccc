"""The `provenance` command, one subcommand a file.

To add one: a file here with `HELP`, `arguments(parser)` and `run(arguments) -> int`, and its word in `bot/__main__.py`.
"""
