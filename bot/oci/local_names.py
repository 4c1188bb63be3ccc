"""Names that only a private network knows. A proxy would look them up in the network where it stands.

https://www.iana.org/assignments/special-use-domain-names and RFC 6762, appendix G: names that networks made up.
"""

import re
from ipaddress import ip_address
from typing import Final

_ENDS: Final = frozenset(
    {"localhost", "local", "internal", "localdomain", "intranet", "private", "corp", "home", "lan", "svc", "arpa"}
    | {"default", "consul", "mail", "test", "invalid", "onion", "alt"},
)
"""Of the last label. None of them is delegated to anybody but `arpa`, where no registry is. `kubernetes.default` is a
service in its namespace, as a proxy in a cluster finds it."""

_METADATA: Final = frozenset(
    {"metadata.google.internal", "metadata.goog", "instance-data.ec2.internal", "metadata.tencentyun.com"}
)

_NAME: Final = re.compile(r"([a-z0-9_-]+\.)+(?P<last>[a-z]{2,63}|xn--[a-z0-9-]+)\.?", re.ASCII)
"""The last label is of letters, or of another script: https://www.rfc-editor.org/rfc/rfc3696#section-2"""


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
    name = _NAME.fullmatch(host.lower())
    return name is None or name["last"] in _ENDS


def is_metadata_name(host: str) -> bool:
    """Whether a cloud's metadata service has that name."""
    return host.lower().rstrip(".") in _METADATA
