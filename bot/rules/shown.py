"""Text from outside that is named in a finding, unless it looks like a credential."""

from bot.attestations.secrets import without_secrets


def shown(text: str) -> str:
    """The text; what looks like a token, or like a password in a URL, is withheld."""
    return without_secrets(text)
