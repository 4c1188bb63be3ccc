"""Everything that does not depend on the web server.

To add a rule see `bot/rules/__init__.py`, to add a subcommand `bot/cli/__init__.py`.
"""
