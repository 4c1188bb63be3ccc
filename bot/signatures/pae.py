"""What a DSSE signature is made over: the pre-authentication encoding.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
"""


def pae(payload_type: str, payload: bytes) -> bytes:
    """`DSSEv1 SP len(type) SP type SP len(payload) SP payload`, lengths in decimal bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
