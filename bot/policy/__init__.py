"""Which rules apply to which image. Without a policy file, the built-in policy applies to every image.

`file.py` reads and validates a policy file. `match.py` finds the entry for an image, `explain.py` explains the choice.
To add a key to entries: one field in `entry.py`, and one line in `policy_of` of `match.py`.
"""

from bot.policy.default import REQUIRED, BuiltIn, default_policies, default_policy
from bot.policy.policy import Policies, Policy, Waiver, with_needs

__all__ = ["REQUIRED", "BuiltIn", "Policies", "Policy", "Waiver", "default_policies", "default_policy", "with_needs"]
