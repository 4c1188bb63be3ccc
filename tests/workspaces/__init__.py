"""Several Slack workspaces on one bot (OAuth)."""
