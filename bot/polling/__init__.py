"""Notices new, moved and vanished tags without a webhook: where none is sent, and as a net under those that are."""
