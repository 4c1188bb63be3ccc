"""What people said about problems, kept: notes about a release in a channel (notes.py), and waivers (waivers.py).

The types and their laws are in bot/attention. Whatever ends by itself stands in one queue of ends (ends.py), so that
a worker tells it once.
"""

from bot.store.attention.ends import Ends
from bot.store.attention.notes import Note, Notes
from bot.store.attention.open_fixes import OpenFixes
from bot.store.attention.page import Page
from bot.store.attention.presses import Presses
from bot.store.attention.waivers import WAIVERS_MAX, Waivers

__all__ = ["WAIVERS_MAX", "Ends", "Note", "Notes", "OpenFixes", "Page", "Presses", "Waivers"]
