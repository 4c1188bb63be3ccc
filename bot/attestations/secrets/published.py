"""Keys that vendors publish in their documentation, samples and emulators: they open nothing that is not open.

Known by their digests, so that no key stands in this repository.
"""

import hashlib
from typing import Final

LENGTH_MAX: Final = 512
"""Characters of a published key, at most."""

_PUBLISHED: Final = frozenset(
    {
        # Google: keys in the samples of its Firebase clients
        "2037abcaffb2b77785da716c",
        "3f370c9dd8225c63b5c77de1",
        "e4a5542bb7fd7b67e943c71a",
        "a19f89ab3555eac10c40741f",
        "0b476bdf9acf2123d547b5ae",
        "eb540d2b6ee2a0a47c5779bc",
        "37f8f09bdf12c2f2eae4ead7",
        "8731261cb72d86267a32a532",
        "49f777db995e8260da7ca9ff",
        "27a9a42931dff7eb2f8434e2",
        "dc0fcf046c61640cbd1e8b99",
        "4c98242dcadc8b29005c6b4a",
        "ea9bb1082cf95663f5faca23",
        "3a8b61d0f636b007840c0d40",
        "a6c814bc555ae62c7bd8b58e",
        # Azurite and the Cosmos DB emulator
        "0011cc25eb4320717494d270",
        "aa6547439583c3a275d4542a",
        # Stripe's documentation
        "4b8cbd96c8530f054ac66e32",
        "f2d6ca16515033e5dce14eba",
        # the first page of jwt.io
        "7f75367e7881255134e1375e",
        "da816f9f2c16e6c5390e7636",
    }
)
"""The first 24 hex digits of the SHA-256 of each."""


def is_published(text: str) -> bool:
    """Whether the text is one of them."""
    return len(text) <= LENGTH_MAX and hashlib.sha256(text.encode(errors="replace")).hexdigest()[:24] in _PUBLISHED
