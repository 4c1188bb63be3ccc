"""Names that only a private network knows. A proxy would look them up in the network where it stands.

https://www.iana.org/assignments/special-use-domain-names and RFC 6762, appendix G: names that networks made up.
"""

import re
from ipaddress import ip_address
from typing import Final

_ENDS: Final = frozenset(
    {"localhost", "local", "internal", "localdomain", "intranet", "private", "corp", "home", "lan", "svc", "arpa"},
)
"""Of the last label. None of them is delegated to anybody but `arpa`, where no registry is."""

_METADATA: Final = frozenset({"metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"})


_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+\.?", re.ASCII)


def is_local_name(host: str) -> bool:
    """Whether a name in ASCII, or an address that only some programs read (127.1, 0x7f.1), leads nowhere in public.

    So is what no name is made of: a proxy may decode `db.internal%2e`. Not said of what is an address: `reach` knows
    more of it.
    """
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return False
    name = host.lower()
    last = name.rstrip(".").rpartition(".")[2]
    return not _NAME.fullmatch(name) or last in _ENDS or last.isdigit() or last.startswith("0x")


def is_metadata_name(host: str) -> bool:
    """Whether a cloud's metadata service has that name."""
    return host.lower().rstrip(".") in _METADATA
