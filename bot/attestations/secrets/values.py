"""Values that are not credentials, whatever they are called: empty, a variable, a path, a placeholder, words."""

import re
from typing import Final

from bot.attestations.secrets.names import words_of
from bot.attestations.secrets.published import is_published
from bot.attestations.secrets.randomness import entropy

VALUE_MIN: Final = 8
"""Characters of a value that its name alone gives away; shorter ones only count as passwords."""

PASSWORD_MIN: Final = 4
"""Characters of a value that is named like a password."""

BITS_MIN: Final = 1.5
"""Bits a character of a value that is named like a token; one character again and again has 0."""

_PLACEHOLDER: Final = re.compile(
    r"^<|\$[{(]|\$[A-Z_]{2}|^\$\w+\Z"  # ${VAR}, $(command), $VAR: resolved elsewhere
    r"|\*{2}|[xX]{5}|\.{3}|#{4}|<[^<>]*>|\{\{|^\{[\w.]*\}\Z|^\[[^\[\]]*\]\Z|%\w+%|^%[sdv]\Z"  # redacted, or a template
    r"|\.\*|EXAMPLE|(?i:redacted|placeholder|withheld|tokenhere|token_here|stringhere|your_?(?:api|token|key|secret|pass))"
    r"|^ENC\[",  # encrypted: SOPS, eyaml
    re.ASCII,
)

_FILLED_UP: Final = re.compile(r"abcdefghij|0{12}", re.IGNORECASE)
"""A stretch of the alphabet or of zeros, typed by a person to fill up the length of a token."""

_HARMLESS: Final = re.compile(
    r"""
      (?:true|false|yes|no|on|off|none|null|nil|undefined|default|enabled|disabled|optional|required|anonymous)
    | (?:pass|passw(?:or)?d|pwd|secret|token|example|str(?:ing)?|text|files|compat|todo|unset|empty|tbd|n/?a)
    | (?:change|replace)[-_ ]?(?:me|it|this).*
    | (?:your|my|the|some|dummy|fake|sample|insecure|not|no|insert|test)[-_ ].*
    | (?:api|auth|access|bot|secret)?[-_ ]?(?:token|key|secret|password)[-_ ]?\d{0,3}
    | (.)\1*                                         # one character, again and again
    | v?\d+(?:\.\d+){1,3}(?:[-+.][\w.+-]*)?          # a version
    | [a-z][a-z+]{0,30}(?:-[a-z]{1,20}){0,3}-v?\d+(?:\.\d+){0,3}(?:\+|-only|-or-later|-clause)?  # Apache-2.0
    | \d{4}-\d\d-\d\d(?:[T ][\d:.+Z-]*)?             # a date
    | (?:~|\.{1,2})?/[\w.@/-]*                       # a path
    | [\w@.-]+(?:/[\w@.-]+)*\.(?:conf|crt|env|jks|json|key|p12|pem|pfx|properties|toml|txt|ya?ml)  # a file
    | (?:var|local|data|module|self|this|config|settings|os|env|process|secrets|vault|inputs|params|props)(?:\.\w+)+
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

_WORD: Final = r"(?:[A-Z]?[a-z]{1,15}(?:[A-Z][a-z]{2,15}){0,8}|[A-Z]{1,15})"
_TEXT: Final = re.compile(rf"{_WORD}(?:[-_. ,:/+]{{1,2}}{_WORD}){{0,20}}[.!]?")
"""Words without a digit: real tokens of some length have digits, or capitals in the middle of a word."""

_NAME: Final = re.compile(rf"{_WORD}\d{{0,3}}(?:[-_. /](?:{_WORD}\d{{0,3}}|\d{{1,10}})){{1,20}}")
"""Words and numbers, as names of machines and branches: cmp2-qat-1208358310, k8s_cred."""

_PHRASE: Final = re.compile(rf"{_WORD}(?:[-_]{_WORD}){{2,20}}")
"""Three words and more that are joined: a setting, not a password."""

_KNOWN: Final = words_of(
    "admin administrator changeit demo dev docker docker! guest minio minioadmin mongo mysql oracle postgres"
    " rabbitmq redis root sa test user welcome x-oauth-basic x-token-auth yyy"
)
"""Passwords from the documentation of the software they are for."""


def is_placeholder(value: str) -> bool:
    """Whether something in it stands for a value that is filled in elsewhere."""
    return _PLACEHOLDER.search(value) is not None


def is_filled_up(value: str) -> bool:
    """Whether somebody typed along the keyboard to get the length of a token."""
    return _FILLED_UP.search(value) is not None


def is_harmless(value: str) -> bool:
    """Whether nobody would take it for a password, wherever it stands."""
    return _is_usual(value) or _PORT.fullmatch(value) is not None


def is_credential(value: str, word: str) -> bool:
    """Whether it can be what its name says: a "password" may be any word, all else should not look like words."""
    if is_filled_up(value) or is_published(value):
        return False
    if word == "password":
        return len(value) >= PASSWORD_MIN and not _is_usual(value) and not _PHRASE.fullmatch(value)
    if len(value) < VALUE_MIN or is_harmless(value) or (word == "key" and _FINGERPRINT.fullmatch(value)):
        return False
    return not any(form.fullmatch(value) for form in (_NUMBER, _TEXT, _NAME)) and entropy(value) >= BITS_MIN


def _is_usual(value: str) -> bool:
    return is_placeholder(value) or value.casefold() in _KNOWN or _HARMLESS.fullmatch(value) is not None
