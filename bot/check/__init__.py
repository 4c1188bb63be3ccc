"""The heart: gather evidence, judge it, report."""

from bot.check._judge import judge
from bot.check._unchecked import unchecked

__all__ = ["judge", "unchecked"]
