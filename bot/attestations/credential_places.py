"""Places where a credential stands whatever it looks like: headers, URLs, options of commands, files of clients.

To add one: see token_patterns.py. What stands there was chosen by people, so it is the group `value`, which may be a
placeholder; `word` says what its place calls it. Repetitions are bounded: texts come from strangers.
"""

import re
from typing import Final

from bot.attestations.token_patterns import TokenPattern

CREDENTIAL_PLACES: Final = (
    TokenPattern(
        "authorization header",
        "uthorization",
        re.compile(
            r"(?i:authorization)[\"']?\s*[:=]\s*[\"']?(?i:basic|bearer|token)\s+(?P<value>[A-Za-z0-9+/=._~-]{12,})"
        ),
    ),
    TokenPattern(
        "header of a request",
        "-",
        re.compile(
            r"(?i:x-api-key|api-key|private-token|x-auth-token|x-vault-token)[\"']?\s?:\s?[\"']?"
            r"(?P<value>[A-Za-z0-9+/=._~-]{12,512})"
        ),
        "token",
    ),
    TokenPattern(
        "login of a registry",
        '"auth',
        re.compile(r'"auth\\?"\s{0,40}:\s{0,40}\\?"(?P<value>[A-Za-z0-9+/]{8,4096}={0,2})\\?"'),
        "login",
    ),
    TokenPattern(
        "password on a command line",
        "--pass",
        re.compile(r"\s--pass(?:word|wd|phrase)?[ ]+[\"']?(?P<value>[^\s\"'<>|;&-][^\s\"'|;&]{3,255})"),
        "password",
    ),
    TokenPattern(
        "token on a command line",
        "--",
        re.compile(
            r"\s--(?:(?:auth-?|access-?|api-?)?token|api-?key)[ ]+[\"']?(?P<value>[^\s\"'<>|;&-][^\s\"'|;&]{7,255})"
        ),
        "token",
    ),
    TokenPattern(
        "password on a command line",
        "curl",
        re.compile(
            r"\bcurl\b[^|;&]{0,120}?\s(?:-u|--user|--proxy-user)[ =]?[\"']?[^\s:\"'$]{1,64}:"
            r"(?P<value>[^\s\"'|;&]{4,255})"
        ),
        "password",
    ),
    TokenPattern(
        "password on a command line",
        "-p",
        re.compile(
            r"\b(?:sshpass|(?:docker|podman|helm|skopeo|crane|oras)(?: registry| auth)? login)\b[^|;&]{0,120}?"
            r"\s-p[ =]?[\"']?(?P<value>[^\s\"'<>|;&-][^\s\"'|;&]{3,255})"
        ),
        "password",
    ),
    TokenPattern(
        "password on a command line",
        "mysql",
        re.compile(r"\bmysql(?:dump|admin)?\b[^|;&]{0,80}?\s-p[\"']?(?P<value>[^\s\"'<>|;&][^\s\"'|;&]{3,255})"),
        "password",
    ),
    TokenPattern(
        "password in .netrc",
        "machine",
        re.compile(
            r"\bmachine\s{1,9}\S{1,255}\s{1,9}login\s{1,9}\S{1,255}\s{1,9}password\s{1,9}(?P<value>[^\s\"']{4,255})"
        ),
        "password",
    ),
    TokenPattern(
        "password in XML",
        "<pass",
        re.compile(r"<pass(?:word|phrase)>\s{0,40}(?P<value>[^<>\s]{4,255})\s{0,40}</"),
        "password",
    ),
    TokenPattern(
        "token of npm",
        "_auth",
        re.compile(r":_(?:authToken|auth|password)[ \t]+[\"']?(?P<value>[^\s\"'|;&]{8,255})"),
        "token",
    ),
    TokenPattern(
        "password in a URL",
        "://",
        # docker-image://alpine:3.20@sha256:… has the same form and is none.
        re.compile(
            r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:@/\"'<>]{0,256}:(?P<value>[^\s@/\"'<>]{3,512})@(?!sha\d{3}:)[^\s@/\"']",
        ),
    ),
)
