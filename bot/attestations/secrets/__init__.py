"""Does a text that everybody can read hold a credential? Answers where and what kind, never the value.

`shape.py` and the catalogues (`code_hosts.py`, `clouds.py`, …) know tokens by their own form, `places.py` knows what
stands in a header, a URL or a command, `names.py` knows what a name says, `values.py` knows what is not a credential.
"""

from bot.attestations.secrets.leaks import (
    PATTERNS,
    WITHHELD,
    Leak,
    leaks_in,
    looks_secret,
    patterns_in,
    shown,
)
from bot.attestations.secrets.names import secret_word

__all__ = ["PATTERNS", "WITHHELD", "Leak", "leaks_in", "looks_secret", "patterns_in", "secret_word", "shown"]
