"""What is asked of which image. Without any file, the built-in policy asks the same of all.

A file (`file.py`, checked when it is read) holds entries; `match.py` finds the one for an image, `explain.py` tells
why. Another key of an entry is one field in `entry.py`, and one line where `match.py` makes a Policy of it.
"""

from bot.policy.default import REQUIRED, BuiltIn, default_policies, default_policy
from bot.policy.policy import Policies, Policy, Waiver, closed

__all__ = ["REQUIRED", "BuiltIn", "Policies", "Policy", "Waiver", "closed", "default_policies", "default_policy"]
