"""Shortcuts: what people choose from the menu of a message, one file each.

https://docs.slack.dev/interactivity/implementing-shortcuts
"""
