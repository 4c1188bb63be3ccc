"""Places that hold a credential of any form: headers, URLs, options of commands, files of clients.

To add one: see shape.py. People chose the value, so it is the group `value`, which may be a
placeholder; `word` says what the place calls it. Repetitions are bounded: texts come from strangers.
"""

from typing import Final

from bot.attestations.secrets.shape import TokenPattern

_AUTHORIZATION: Final = (
    r"[\"']?\s{0,9}[:=]\s{0,9}[\"']?(?:(?i:basic|bearer|token|api-?token|api-?key)\s{1,9})?"
    r"(?P<value>[A-Za-z0-9+/=._~-]{12,4096})"
)

CREDENTIAL_PLACES: Final = (
    TokenPattern("authorization header", "uthorization", rf"[Aa]uthorization{_AUTHORIZATION}", "token"),
    TokenPattern("authorization header", "AUTHORIZATION", rf"AUTHORIZATION{_AUTHORIZATION}", "token"),
    TokenPattern(
        "header of a request",
        ":",
        (
            r"(?i:(?:x-(?:[a-z]{1,20}-)?)?(?:api-?key|auth-?token|access-?token|private-token|vault-token))"
            r"[\"']?\s?:\s?[\"']?(?P<value>[A-Za-z0-9+/=._~-]{12,512})"
        ),
        "token",
    ),
    TokenPattern(
        "login of a registry",
        '"auth',
        (r'"auth\\?"\s{0,40}:\s{0,40}\\?"(?P<value>[A-Za-z0-9+/]{8,4096}={0,2})\\?"'),
        "login",
    ),
    TokenPattern(
        "password on a command line",
        "--pass",
        (r"\s--pass(?:word|wd|phrase)?[ ]+[\"']?(?P<value>[^\s\"'<>|;&-][^\s\"'|;&]{3,255})"),
        "password",
    ),
    TokenPattern(
        "token on a command line",
        "--",
        (r"\s--(?:(?:auth-?|access-?|api-?)?token|api-?key)[ ]+[\"']?(?P<value>[^\s\"'<>|;&-][^\s\"'|;&]{7,255})"),
        "token",
    ),
    TokenPattern(
        "password on a command line",
        "curl",
        (
            r"\bcurl\b[^|;&]{0,240}?\s(?:-u|--user|--proxy-user)[ =]{0,4}[\"']?[^\s:\"'$<>{]{0,64}[\"']?:[\"']?"
            r"(?P<value>[^\s\"'|;&<>]{4,255})"
        ),
        "password",
    ),
    TokenPattern(
        "token on a command line",
        "curl",
        (r"\bcurl\b[^|;&]{0,240}?\s(?:-u|--user)[ =]{0,4}[\"']?(?P<value>[^\s:\"'$<>{]{8,255}):[\"']?(?=\s|\Z)"),
        "token",
    ),
    TokenPattern(
        "password on a command line",
        "-p",
        (
            r"\b(?:sshpass|(?:docker|podman|helm|skopeo|crane|oras)(?: registry| auth)? login)\b[^|;&]{0,120}?"
            r"\s-p[ =]?[\"']?(?P<value>[^\s\"'<>|;&-][^\s\"'|;&]{3,255})"
        ),
        "password",
    ),
    TokenPattern(
        "password on a command line",
        "mysql",
        (r"\bmysql(?:dump|admin)?\b[^|;&]{0,80}?\s-p[\"']?(?P<value>[^\s\"'<>|;&][^\s\"'|;&]{3,255})"),
        "password",
    ),
    TokenPattern(
        "password in .netrc",
        "machine",
        (r"\bmachine\s{1,9}\S{1,255}\s{1,9}login\s{1,9}\S{1,255}\s{1,9}password\s{1,9}(?P<value>[^\s\"']{4,255})"),
        "password",
    ),
    TokenPattern(
        "login of Bundler",
        "BUNDLE_",
        (r"BUNDLE_[A-Z0-9_]{1,80}__[A-Z]{2,10}[\"']?\s?[:=]\s?[\"']?(?P<value>[^\s\"':@/]{1,80}:[^\s\"':@/]{4,255})"),
        "password",
    ),
    TokenPattern(
        "password in XML",
        "<pass",
        (r"<pass(?:word|phrase)>\s{0,40}(?P<value>[^<>\s]{4,255})\s{0,40}</"),
        "password",
    ),
    TokenPattern(
        "token of npm",
        ":_",
        (r":_(?:authToken|auth|password)[ \t]+[\"']?(?P<value>[^\s\"'|;&]{8,255})"),
        "token",
    ),
    TokenPattern(
        "token in a URL",
        "://",
        # The part before the host, without a password. The keys of error trackers are there by design.
        (
            r"[A-Za-z][A-Za-z0-9+.-]{1,20}://(?P<value>(?=[^@]{0,255}[0-9])(?=[^@]{0,255}[A-Za-z])[A-Za-z0-9_~.=-]{20,255})"
            r"(?::(?:x-oauth-basic|x-token-auth)?)?@(?!sha\d{3}:)(?![^\s/]{0,100}(?:sentry|ingest|glitchtip|bugsnag))"
            r"(?![^\s/]{1,255}/\d{1,9}(?:\s|\Z))[^\s@/\"']"
        ),
        "token",
    ),
    TokenPattern(
        "password in a URL",
        "://",
        # docker-image://alpine:3.20@sha256:… has the same form and is not a URL with a password.
        (r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:@/\"'<>]{0,256}:(?P<value>[^\s@/\"'<>]{3,512})@(?!sha\d{3}:)[^\s@/\"']"),
    ),
)
