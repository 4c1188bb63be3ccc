"""Where the policies come from: the file that was named, else the built-in policy."""

from pathlib import Path

from bot.policy.default import default_policies
from bot.policy.policy import Policies


def policies_from(path: Path | None) -> Policies:
    """Raises SettingsError that names file, line and key of everything that does not fit."""
    if path is None:
        return default_policies()
    from bot.policy.file import read_policy  # noqa: PLC0415 - ruamel.yaml and cryptography are for files alone

    return read_policy(path)
