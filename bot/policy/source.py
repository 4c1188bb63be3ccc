"""Loads the policies: from a file if one is set, else the built-in policy."""

from pathlib import Path

from bot.policy.default import default_policies
from bot.policy.policy import Policies


def policies_from(path: Path | None) -> Policies:
    """Raises SettingsError with file, line and key of every error."""
    if path is None:
        return default_policies()
    from bot.policy.file import read_policy  # noqa: PLC0415 - only a file needs ruamel.yaml and cryptography

    return read_policy(path)
