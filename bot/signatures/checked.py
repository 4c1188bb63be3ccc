"""A signature that fits a key, taken apart for the steps that come after."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """What was signed, in the parts that later steps compare; made only after the signature fitted a key.

    `payload` is the signed document, `message` the bytes under the signature (the same, or its PAE), `envelope` the
    DSSE envelope as it came. `content_hash` is the hexadecimal SHA-256 where only that was signed.
    """

    payload: bytes = field(repr=False)
    message: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    envelope: bytes = field(default=b"", repr=False)
    content_hash: str = ""

    @property
    def stamped(self) -> bytes:
        """What a timestamp is over: the signature; where cosign keeps it inside an envelope, the whole envelope."""
        return self.envelope or self.signature
