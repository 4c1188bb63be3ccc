"""Buttons and modals under a message."""
