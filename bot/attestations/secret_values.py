"""Values that are no credential, whatever they are called: empty, a variable, a path, a placeholder, words."""

import re
from typing import Final

VALUE_MIN: Final = 8
"""Characters of a value that its name alone gives away; shorter ones only count as passwords."""

PASSWORD_MIN: Final = 4
"""Characters of a value that is named like a password."""

_PLACEHOLDER: Final = re.compile(
    r"\$[{(]|\$[A-Z_]{2}|^\$\w+\Z"  # ${VAR}, $(command), $VAR: resolved elsewhere
    r"|\*{2}|x{5}|<[^<>]*>|\{\{|^\{[\w.]*\}\Z|^\[[^\[\]]*\]\Z|%\w+%|^%[sdv]\Z"  # redacted, or a template
    r"|\.\*|EXAMPLE|(?i:redacted|placeholder|withheld)",
    re.ASCII,
)

_HARMLESS: Final = re.compile(
    r"""
      (?:true|false|yes|no|on|off|none|null|nil|undefined|default|enabled|disabled|optional|required|anonymous)
    | (?:pass|passw(?:or)?d|pwd|secret|token|example|str(?:ing)?|text|files|compat|todo|unset|empty)
    | (?:change|replace)[-_ ]?(?:me|it|this).* | (?:your|my|dummy|fake|sample|insecure|not|no|insert|test)[-_ ].*
    | v?\d+(?:\.\d+){1,3}(?:[-+.][\w.+-]*)?          # a version
    | \d{4}-\d\d-\d\d(?:[T ][\d:.+Z-]*)?             # a date
    | (?:~|\.{1,2})?/[\w.@/-]*                       # a path
    | [\w@.-]+(?:/[\w@.-]+)*\.(?:conf|crt|env|jks|json|key|p12|pem|pfx|properties|toml|txt|ya?ml)  # a file
    | (?:file|env|vault|op|ref|arn|secret|projects):[\w.@:/-]*        # where the value is to be fetched
    | projects/[\w-]+/secrets/.*
    | [a-z][a-z0-9+.-]*://[^@]*                      # a URL without user info
    | (?:sha256|sha512|sha1|md5):[0-9a-f]+           # a digest
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_FINGERPRINT: Final = re.compile(r"[0-9A-F]{40}")
"""Of a public key, as PGP writes it."""

_NUMBER: Final = re.compile(r"\d{1,12}", re.ASCII)
_PORT: Final = re.compile(r"\d{1,5}", re.ASCII)
"""What stands between host and path looks like what stands between user and host."""

_WORD = r"(?:[A-Z]?[a-z]{1,15}(?:[A-Z][a-z]{2,15}){0,8}|[A-Z]{1,15})"
_TEXT: Final = re.compile(rf"{_WORD}(?:[-_. ,:/+]{{1,2}}{_WORD}){{0,20}}[.!]?")
"""Words without a digit: real tokens of some length have digits, or capitals in the middle of a word."""

_KNOWN: Final = re.compile(
    r"admin|administrator|changeit|demo|dev|guest|minio|minioadmin|mongo|mysql|oracle|postgres|rabbitmq|redis|root|sa"
    r"|user|welcome",
    re.IGNORECASE,
)
"""Passwords that stand in the documentation of what they are for."""


def is_placeholder(value: str) -> bool:
    """Whether something in it stands for a value that is filled in elsewhere."""
    return _PLACEHOLDER.search(value) is not None


def is_harmless(value: str) -> bool:
    """Whether nobody would take it for a password, wherever it stands."""
    return _is_usual(value) or _PORT.fullmatch(value) is not None


def is_credential(value: str, word: str) -> bool:
    """Whether it can be what its name says: a "password" may be any word, all else should not look like words."""
    if word == "password":
        return len(value) >= PASSWORD_MIN and not _is_usual(value)
    if len(value) < VALUE_MIN or is_harmless(value) or (word == "key" and _FINGERPRINT.fullmatch(value)):
        return False
    return not (_NUMBER.fullmatch(value) or _TEXT.fullmatch(value))


def _is_usual(value: str) -> bool:
    return is_placeholder(value) or any(pattern.fullmatch(value) for pattern in (_HARMLESS, _KNOWN))
