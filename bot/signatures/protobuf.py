"""Sigstore's documents as they come: camel case, bytes as base64, numbers as text.

https://github.com/sigstore/protobuf-specs
"""

import base64
import binascii
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.errors import MalformedError
from bot.oci.documents import Wire

_STANDARD: Final = bytes.maketrans(b"-_", b"+/")


def from_base64(text: str | bytes, *, what: str) -> bytes:
    """Base64 of the standard alphabet or the one for URLs, strictly. Raises MalformedError that names `what`.

    Both DSSE and protobuf's JSON let the writer choose.
    """
    try:
        return _strictly(text)
    except (binascii.Error, ValueError) as error:
        raise MalformedError(f"{what} is not base64") from error


def _strictly(text: str | bytes) -> bytes:
    # The library takes one padding character too many.
    if len(text) % 4:
        raise ValueError("not base64")
    data = text.encode("ascii") if isinstance(text, str) else text
    return base64.b64decode(data.translate(_STANDARD), validate=True)


def _decoded(value: object) -> object:
    """Text as the bytes that it stands for; pydantic reports a ValueError as it reports its own."""
    if not isinstance(value, str):
        raise ValueError("base64 text is expected")  # noqa: TRY004 - pydantic turns only ValueError into its own
    try:
        return _strictly(value)
    except ValueError:
        raise ValueError("not base64") from None


def _from_hex(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("hexadecimal text is expected")  # noqa: TRY004 - pydantic turns only ValueError into its own
    return bytes.fromhex(value)


Base64 = Annotated[bytes, BeforeValidator(_decoded)]
Hex = Annotated[bytes, BeforeValidator(_from_hex)]
Number = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Proto(Wire):
    """A message in protobuf's JSON form."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, alias_generator=to_camel)


class RawBytes(Proto):
    """Bytes in a box: a DER certificate."""

    raw_bytes: Base64


class LogId(Proto):
    """Which log: SHA-256 of its public key."""

    key_id: Base64
