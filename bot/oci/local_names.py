"""Names that only a private network knows. A proxy would look them up in the network where it stands.

https://www.iana.org/assignments/special-use-domain-names and RFC 6762, appendix G: names that networks made up.
"""

from ipaddress import ip_address
from typing import Final

_ENDS: Final = frozenset(
    {"localhost", "local", "internal", "localdomain", "intranet", "private", "corp", "home", "lan", "svc", "arpa"},
)
"""Of the last label. None of them is delegated to anybody but `arpa`, where no registry is."""

_METADATA: Final = frozenset({"metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"})


def is_local_name(host: str) -> bool:
    """Whether a name, or an address in a way that only some programs read (127.1, 0x7f.1), leads nowhere in public.

    Not said of what is an address: `reach` knows more of it.
    """
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return False
    labels = host.lower().rstrip(".").split(".")
    last = labels[-1]
    return len(labels) == 1 or last in _ENDS or last.isdigit() or last.startswith("0x")


def is_metadata_name(host: str) -> bool:
    """Whether a cloud's metadata service has that name."""
    return host.lower().rstrip(".") in _METADATA
