"""Names of credentials: NPM_TOKEN, db.password, apiKey; and names that are only about one: TOKEN_URL.

Names of build arguments, environment variables, labels, fields of files.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

NAME_MAX: Final = 256
"""Characters of a name that are looked at: the last, which say what it is."""

NAMES_KEPT: Final = 2048
"""Names whose answer is remembered: most images have the same PATH, HOME and VERSION."""

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_GLUED: Final = re.compile(
    r".*?(?P<word>password|passwd|passphrase|(?:access|api|private|secret)key|credential|secret|token)s?"
)
"""What a word ends in, also without a separator between the words: GITHUBTOKEN, dbpassword."""

_PASSWORDS: Final = frozenset({"password", "passwd", "passphrase"})
_LAST: Final = {
    "pass": "password",
    "pwd": "password",
    "sshpass": "password",
    "dbpass": "password",
    "auth": "login",
    "creds": "credential",
    "pat": "token",
}
"""Secrets only as a name's last word: DB_PASS, but not PASS_RATE; NPM_AUTH, but not AUTH_SERVICE."""


def words_of(text: str) -> frozenset[str]:
    """Those that the text holds, as a set: a pattern of eighty alternatives takes five milliseconds to compile."""
    return frozenset(text.split())


_KEYS: Final = words_of(
    "access account admin api app client cookie deploy encryption hmac jwt license master private secret service"
    " session shared signing ssh storage"
)
"""Words that make a following "key" a secret."""

_PUBLIC: Final = frozenset({"public", "publishable", "anon", "csrf", "xsrf", "authenticity"})
"""Words of names whose values every visitor sees."""

_ABOUT: Final = words_of(
    "file files path dir folder mount url uri host port endpoint server name names id ids user username env var ttl"
    " expiry expires length len count min max type mode method enabled disabled required header field prefix suffix"
    " version algorithm alg issuer audience provider store manager format policy service scope scopes realm stdin"
    " hasher limit budget size rate retries timeout image repo repository registry domain group role class module"
    " plugin driver backend description title sock socket cmd command hint label placeholder rotation strategy"
)
"""A name that ends in one of these is about a secret and does not hold it: TOKEN_URL, SECRET_NAME."""

_IDENTITY: Final = words_of(
    "id ids uuid guid hash hashes digest checksum sum sha integrity fingerprint etag nonce revision rev ref refs"
    " commit branch tag tags version release build run cache image cluster instance measurement site dsn client"
    " machine container session trace span certificate cert public config seed salt url uri path dir file name"
)
"""Words of names whose values look random and are published anyway: digests, identifiers."""

MAY_BE_SECRET: Final = re.compile(r"pass|key|cred|secret|token|pwd|auth|pat(?![a-z])", re.ASCII | re.IGNORECASE)
"""A part of every name that is about a secret: a text without it has none of these names."""


def names_identity(name: str) -> bool:
    """Whether the name is about a digest, a version or an identifier; also without a name."""
    words = [word.lower() for word in _WORDS.findall(name[-NAME_MAX:])]
    return not words or not _IDENTITY.isdisjoint(words)


def secret_word(name: str) -> str:
    """What kind of secret the name is about: password, token, key, …; "" for none.

    NPM_TOKEN, npm-token, npmToken, npm.token and NPMTOKEN are alike.
    """
    return _secret_word(name[-NAME_MAX:])


@lru_cache(maxsize=NAMES_KEPT)
def _secret_word(name: str) -> str:
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or words[-1] in _ABOUT or _PUBLIC.intersection(words):
        return ""
    found = [_meaning(word) for word in words]
    found += ["key" for before, word in pairwise(words) if before in _KEYS and word == "key"]
    found.append(_LAST.get(words[-1], ""))
    order = ("password", "key", "token", "secret", "credential", "login")
    return next((word for word in order if word in found), "")


def _meaning(word: str) -> str:
    glued = _GLUED.fullmatch(word)
    kind = glued["word"] if glued else ""
    if kind in _PASSWORDS:
        return "password"
    return "key" if kind.endswith("key") else kind
