"""The other digest by which a registry has the same content: signatures may hang on that one.

A digest of sha512 is rare, and mostly it names what is there by its sha256, too. Signers name the one that they were
given, so a search for the other one finds nothing.
"""

import hashlib
from typing import Final

from bot.errors import NotFoundError, RegistryError
from bot.evidence import Unreadable
from bot.evidence.asking import Asking
from bot.unreadable import UnknownReason, unreadable

_SHA512: Final = "sha512:"


async def unsearched_digest(asking: Asking) -> Unreadable | None:
    """That signatures may hang on another digest of the content, which was not searched; None if it has only one."""
    other = asking.held.also
    if not other and asking.held.digest.startswith(_SHA512):
        other = f"sha256:{hashlib.sha256(asking.held.data).hexdigest()}"
        try:
            await asking.registry.resolve(asking.image.at(other))
        except NotFoundError:
            return None
        except RegistryError as error:
            return unreadable(error)
    if not other:
        return None
    told = f"{asking.image.registry} has it under {other}, and signatures of that digest were not looked for"
    return Unreadable(f"{told}: check {asking.image.name}@{other}", UnknownReason.UNSEARCHED)
