"""What a 401 asks for: the header WWW-Authenticate (RFC 9110, section 11.6.1).

e.g. Bearer realm="https://quay.io/v2/auth",service="quay.io",scope="repository:a/b:pull"
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

CHALLENGES_MAX: Final = 16
"""Challenges of one answer; registries send one or two."""

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_WORD}|[^\s,"]+))\s*(?:,|$)')
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*\s*(?:,|$)")  # in place of parameters, as of Negotiate
_SCHEME = re.compile(rf"[\s,]*({_WORD})(?:\s+|\s*(?=,|$))")


class Challenge(Struct, frozen=True):
    """One way in. `scheme` and the parameters' names are lower-case."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def realm(self) -> str:
        """For Bearer, where tokens come from."""
        return self.parameters.get("realm", "")

    @property
    def service(self) -> str:
        """What the token server calls the registry."""
        return self.parameters.get("service", "")

    def is_like(self, other: "Challenge") -> bool:
        """Whether both ask for the same; scope and error are of one request."""
        return (self.scheme, self.realm, self.service) == (other.scheme, other.realm, other.service)


def choose(headers: Iterable[str]) -> Challenge | None:
    """The challenge to answer: Bearer before Basic; None when there is neither."""
    found = [challenge for header in headers for challenge in parse(header)][:CHALLENGES_MAX]
    for scheme in ("bearer", "basic"):
        for challenge in found:
            if challenge.scheme == scheme and (challenge.realm or scheme == "basic"):
                return challenge
    return None


def parse(header: str) -> Iterator[Challenge]:
    """All challenges of one header line; what does not fit the grammar ends the reading."""
    position = 0
    while scheme := _SCHEME.match(header, position):
        token = _TOKEN.match(header, scheme.end())
        position = token.end() if token else scheme.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, position):
            position = parameter.end()
            quoted = parameter[2]
            value = parameter[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            parameters.setdefault(parameter[1].lower(), value)
        yield Challenge(scheme[1].lower(), parameters)
