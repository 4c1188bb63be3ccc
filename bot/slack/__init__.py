"""Posting to Slack: the outbox that posts each thing exactly once."""
