"""Text from outside that is named in a finding, unless it looks like a credential."""

from bot.attestations.provenance import Exposed
from bot.attestations.secrets import looks_secret


def shown(text: str) -> str:
    """The text; what looks like a token, or like a URL with a password, is withheld."""
    return "(withheld: it looks like a secret)" if looks_secret(Exposed(place="", key="", value=text)) else text
