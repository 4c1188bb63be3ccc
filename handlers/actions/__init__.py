"""Buttons and modals under a message.

To add one: a file here with its `ACTION` and what it does, and its line in handlers/slack.py. A button stands in a
message only when something here answers it; addresses (`link.…`) are opened by Slack itself and only acknowledged.
"""
