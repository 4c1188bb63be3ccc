"""Does a text that everybody can read look like a credential? Answers where and what kind, never the value.

By the shape of a token first, then by the name that the value goes by.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.attestations.provenance import Exposed
from bot.attestations.token_patterns import TOKEN_PATTERNS

VALUE_MIN: Final = 8
"""Characters of a value that its name alone gives away; shorter ones only count as passwords."""

PASSWORD_MIN: Final = 4
"""Characters of a value that is named like a password."""

_PASSWORDS: Final = frozenset({"password", "passwd", "pwd", "passphrase", "pass"})
_SECRETS: Final = frozenset({"token", "secret", "credential", "credentials", "creds", "apikey", "auth"})
_KEYS: Final = frozenset(
    {"api", "access", "private", "secret", "signing", "encryption", "deploy", "license", "account"}
)
"""Words that make a secret of a following "key"."""

_ABOUT: Final = re.compile(
    r"files?|path|dir|folder|mount|url|uri|host|port|endpoint|server|names?|ids?|user|username|env|var|ttl|expiry|expires"
    r"|length|len|count|min|max|type|mode|method|enabled|disabled|required|header|field|prefix|suffix|version|algorithm"
    r"|alg|issuer|audience|provider|store|manager|format|policy|service|scopes?|realm",
)
"""A name that ends in one of these speaks about a secret and does not hold it: TOKEN_URL, SECRET_NAME."""

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_PLACEHOLDER: Final = re.compile(
    r"\$[{(]|\$[A-Z_]{2}|^\$\w+\Z"  # ${VAR}, $(command), $VAR: resolved elsewhere
    r"|\*{3}|x{5}|<[^<>]*>|\{\{|^\{[\w.]*\}\Z|%\w+%|^%[sdv]\Z",  # redacted, or a template
    re.ASCII,
)

_HARMLESS: Final = re.compile(
    r"""
      (?:true|false|yes|no|on|off|none|null|nil|undefined|default|enabled|disabled|optional|required|anonymous)
    | (?:pass|passw(?:or)?d|pwd|change[-_]?me|example|placeholder|dummy|redacted|todo|unset|empty|your[-_].*)
    | v?\d+(?:\.\d+){1,3}(?:[-+.][\w.+-]*)?          # a version
    | \d{1,7}                                        # a number
    | \d{4}-\d\d-\d\d(?:[T ][\d:.+Z-]*)?             # a date
    | (?:~|\.{1,2})?/[\w.@/-]*                       # a path
    | (?:file|env|vault|op|ref|arn|secret|projects):[\w.@:/-]*        # where the value is to be fetched
    | [a-z][a-z0-9+.-]*://[^@]*                      # a URL without user info
    | (?:sha256|sha512|sha1|md5):[0-9a-f]+           # a digest
    | (?-i:[0-9A-F]{40})                             # a fingerprint of a public key
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Leak:
    """A credential that stands in the open. The value itself is left behind; its length is in characters."""

    place: str
    key: str
    kind: str  # "GitHub token", "password in a URL", "named like a password"
    length: int


def looks_secret(exposed: Exposed) -> Leak | None:
    """The leak, or None when the text looks harmless. No part of the value is in the answer."""
    return _by_shape(exposed) or _by_name(exposed)


def _by_shape(exposed: Exposed) -> Leak | None:
    for pattern in TOKEN_PATTERNS:
        if pattern.literal not in exposed.value:
            continue
        for match in pattern.pattern.finditer(exposed.value):
            free = "value" in pattern.pattern.groupindex  # people chose it, so it may be anything
            value = match["value"] if free else match[0]
            if not (_is_harmless(value) if free else _PLACEHOLDER.search(value)):
                return Leak(exposed.place, exposed.key, pattern.kind, len(value))
    return None


def _by_name(exposed: Exposed) -> Leak | None:
    value = exposed.value.strip().strip("\"'")
    word = _secret_word(exposed.key)
    if not word or len(value) < (PASSWORD_MIN if word == "password" else VALUE_MIN):
        return None
    if "\n" in value or _is_harmless(value) or (word == "auth" and value.isalpha()):  # AUTH=kubernetes
        return None
    return Leak(exposed.place, exposed.key, f"named like a {word}", len(value))


def _is_harmless(value: str) -> bool:
    return _PLACEHOLDER.search(value) is not None or _HARMLESS.fullmatch(value) is not None


def _secret_word(key: str) -> str:
    """What kind of secret the name speaks of; "" for none. NPM_TOKEN, npm-token, npmToken and npm.token are alike."""
    words = [word.lower() for word in _WORDS.findall(key[:256])]
    if not words or _ABOUT.fullmatch(words[-1]):
        return ""
    if _PASSWORDS.intersection(words):
        return "password"
    if any(before in _KEYS and word == "key" for before, word in pairwise(words)):
        return "key"
    return next((word for word in words if word in _SECRETS), "")
