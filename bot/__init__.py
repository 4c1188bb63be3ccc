"""Everything that would be true without a web server.

To add a rule see `bot/rules/__init__.py`, to add a subcommand `bot/cli/__init__.py`.
"""
