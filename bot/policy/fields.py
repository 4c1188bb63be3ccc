"""The types of values in a policy file, each with the error message for a wrong value.

pydantic reports a ValueError like its own errors. The validators here raise nothing else.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import PurePath
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from bot.errors import MalformedError
from bot.oci.canonical import canonical_registry
from bot.oci.grammar import HOST
from bot.policy.channel import require_channel
from bot.policy.globs import require_glob
from bot.policy.group import require_group
from bot.policy.visible import visible
from bot.readers.reader import EvidenceKind, Reader, ReaderUse
from bot.rules import catalogue
from bot.rules.capture import require_releases
from bot.rules.patterns import require_pattern

DEFAULT: Final = "default"
"""In `require` or `advise`: everything that the built-in policy lists there."""

_DURATION: Final = re.compile(r"(\d{1,6})(s|m|h|d)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORKFLOW: Final = re.compile(
    r"https://[^/@\s]+/[^/@\s]+/[^/@\s]+/\.github/workflows/[^/@\s]+\.ya?ml(?:@\S+)?", re.ASCII
)
_SLACK_USER: Final = re.compile(r"[UW][A-Z0-9]{5,20}", re.ASCII)
_PLATFORM: Final = re.compile(r"[a-z0-9]+(/[a-z0-9_.-]+){1,2}( [0-9.]+)?", re.ASCII | re.IGNORECASE)
_NO_DURATION: Final = "expected a number followed by s, m, h or d, e.g. 10m"
_NO_DAY: Final = "expected a date such as 2027-01-31"
_NO_CHANNEL: Final = "is empty; a value that begins with # needs quotes: '#releases'"
_YEAR: Final = 366 * 86400
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PEM: Final = "-----BEGIN"
_READERS: Final = {reader.value: reader for reader in Reader}
_EVIDENCE: Final = {kind.value.lower(): kind for kind in EvidenceKind}


def _checked(check: Callable[[str], object], otherwise: str = "expected text") -> Callable[[object], object]:
    """A validator that runs our check on a text; `otherwise` is said of anything else."""

    def validate(value: object) -> object:
        if not isinstance(value, str):
            raise ValueError(otherwise)  # noqa: TRY004 - see the file's first lines
        try:
            return check(value)
        except MalformedError as error:
            raise ValueError(str(error)) from None

    return validate


def _rule(text: str, *besides: str) -> str:
    """The rule's id, or one of the words that may stand in its place."""
    ids = [*besides, *(rule.id for rule in catalogue())]
    if text in ids:
        return text
    close = get_close_matches(text.lower(), ids, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "`provenance rules` lists them"
    raise MalformedError(f"unknown rule {text[:80]!r}; {hint}")


def _asked(text: str) -> str:
    return _rule(text, DEFAULT)


def _text(text: str) -> str:
    if text and not visible(text):
        raise ValueError("must hold something that can be seen")
    return text


def _duration(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if text == "0":
        return 0
    if match is None:
        raise MalformedError(_NO_DURATION)
    seconds = int(match[1]) * _SECONDS[match[2]]
    if seconds > _YEAR:
        raise MalformedError(f"{text} is more than a year; `0` means never for `watch`")
    return seconds


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise MalformedError(_NO_DAY)


def _until(text: str) -> date:
    try:
        return _day(text)
    except MalformedError as error:
        raise MalformedError(f"{error}; the waiver includes that day") from None


def _tags(text: str) -> str:
    if not text:
        raise MalformedError("an empty pattern matches every tag; remove the key, or write '.' if that is meant")
    return text


def _pattern(text: str) -> str:
    if not text:
        raise MalformedError("an empty pattern matches nothing; remove it")
    return require_pattern(text)


def _registry(text: str) -> str:
    if not HOST.fullmatch(text):
        raise MalformedError(f"{text[:80]!r} is not a registry like docker.io or registry.corp:5000")
    return canonical_registry(text)


def _platform(text: str) -> str:
    if not _PLATFORM.fullmatch(text):
        raise MalformedError(f"{text[:80]!r} is not a platform like linux/arm64 or linux/arm/v7")
    return text


def _workflow(text: str) -> str:
    if _WORKFLOW.fullmatch(text):
        return text
    raise MalformedError(
        "expected https://github.com/OWNER/REPOSITORY/.github/workflows/FILE.yml, optionally with @REF"
    )


def _git_tag(text: str) -> str:
    if text.count("{version}") != 1:
        raise MalformedError("expected a pattern with {version} in it, e.g. v?{version}")
    return require_releases(f"^{text}$".replace("{version}", "(?P<version>.+)"))


def _slack_user(text: str) -> str:
    if _SLACK_USER.fullmatch(text):
        return text
    raise MalformedError(f"{text[:80]!r} is not a Slack user id; the profile shows the id, e.g. U012AB3CD")


def _key_file(value: object) -> object:
    """A file name alone means that file; the key is named after its last part."""
    if not isinstance(value, str):
        return value
    if _PEM in value:
        raise ValueError("a key as PEM text needs a name: { name: release, pem: ... }")
    return {"name": PurePath(value).name, "file": value}


def _several(value: object) -> object:
    """A single value means a list of one; an empty value means an empty list."""
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _one_of(text: object, known: Iterable[str]) -> ValueError:
    *names, last = (repr(name) for name in known)
    return ValueError(f"expected one of {', '.join(names)} or {last}, not {str(text)[:80]!r}")


def _kinds(value: object) -> tuple[EvidenceKind, ...]:
    named = value if isinstance(value, list | tuple) else (value,)
    for one in named:
        if not isinstance(one, str) or one.lower() not in _EVIDENCE:
            raise _one_of(one, (kind.value for kind in EvidenceKind))
    if not named:
        raise ValueError("a tool that reads nothing is not a reader: leave it out")
    return tuple(dict.fromkeys(_EVIDENCE[one.lower()] for one in named))


def _use(value: object) -> ReaderUse:
    if isinstance(value, ReaderUse):
        return value
    if isinstance(value, dict):
        if len(value) != 1:
            raise ValueError("expected one tool in each item of the list, e.g. cosign-2: signature")
        ((name, kinds),) = value.items()
        return ReaderUse(_reader(name), _kinds(kinds))
    return ReaderUse(_reader(value))


def _reader(name: object) -> Reader:
    if not isinstance(name, str) or name not in _READERS:
        raise _one_of(name, _READERS)
    return _READERS[name]


Several: Final = BeforeValidator(_several)
NamedFile: Final = BeforeValidator(_key_file)
GroupName: Final = BeforeValidator(_checked(require_group))

Pattern = Annotated[str, BeforeValidator(_checked(_pattern))]
TagPattern = Annotated[str, BeforeValidator(_checked(lambda text: require_pattern(_tags(text))))]
ReleasePattern = Annotated[str, BeforeValidator(_checked(lambda text: require_releases(_tags(text))))]
GitTag = Annotated[str, BeforeValidator(_checked(_git_tag))]
RegistryName = Annotated[str, BeforeValidator(_checked(_registry))]
PlatformName = Annotated[str, BeforeValidator(_checked(_platform))]
Channel = Annotated[str, BeforeValidator(_checked(require_channel, _NO_CHANNEL))]
Glob = Annotated[str, BeforeValidator(_checked(require_glob))]
RuleId = Annotated[str, BeforeValidator(_checked(_rule))]
Asked = Annotated[str, BeforeValidator(_checked(_asked))]
Seconds = Annotated[float, BeforeValidator(_checked(_duration, _NO_DURATION))]
Day = Annotated[date, BeforeValidator(_checked(_day, _NO_DAY))]
LastDay = Annotated[date, BeforeValidator(_checked(_until, _NO_DAY))]
Text = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_text)]
Workflow = Annotated[str, Field(max_length=500), BeforeValidator(_checked(_workflow))]
SlackUser = Annotated[str, BeforeValidator(_checked(_slack_user))]
Use = Annotated[ReaderUse, PlainValidator(_use)]
