"""The `provenance` command, one file per subcommand.

To add one: a file here with `HELP`, `arguments(parser)` and `run(arguments) -> int`, and its name in `bot/__main__.py`.
"""
