"""The buttons of messages.

To add one: a file here with `ACTION` and its handler, and a line in handlers/slack_listeners.py. A message contains a
button only if a file here handles it. Links (`link.…`) are opened by Slack and only acknowledged.
"""
