"""Private keys, signed tokens and signed URLs: no vendor's own."""

from typing import Final

from bot.attestations.secrets.shape import TokenPattern, token

KEYS: Final = (
    token("age key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{50,80}"),
    token("JSON web token", "eyJ", r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.(?:[A-Za-z0-9/_-]{20,}={0,2})?"),
    token("JSON web token", "ZXlK", r"ZXlK[A-Za-z0-9+/_-]{80,}={0,2}"),
    token("presigned URL", "ignature=", r"X-(?:Amz|Goog)-Signature=(?P<value>[0-9a-f]{64,})"),
    TokenPattern(
        "private key",
        "PRIVATE KEY",
        # With lines of the key itself, or \n written out: the marker alone is often only searched for, and an encrypted
        # key (Proc-Type, DEK-Info) does not leak. The first lines are enough.
        (
            r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:(?:\\[rn]|\s){1,8}[A-Za-z0-9+/=]{16,76}){1,400}"
        ),
    ),
)
