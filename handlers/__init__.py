"""HTTP endpoints: webhooks, Slack and pages.

To add a registry's webhook see `handlers/webhooks/__init__.py`,
to add a Slack subcommand `handlers/commands/__init__.py`.
"""
