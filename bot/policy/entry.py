"""What a policy file may hold. Unknown keys are refused: a misspelt one would silently ask for less.

https://docs.pydantic.dev/latest/concepts/models/#extra-data
"""

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.attestations.signature import Layout
from bot.errors import MalformedError
from bot.policy.globs import require_glob
from bot.rules import Severity, catalogue
from bot.rules._patterns import require_pattern

DEFAULT: Final = "default"
"""In `require` or `advise`: everything that the built-in policy has there."""

_DURATION: Final = re.compile(r"(\d{1,6})(s|m|h|d)", re.ASCII)
_WORKFLOW: Final = re.compile(
    r"https://[^/@\s]+/[^/@\s]+/[^/@\s]+/\.github/workflows/[^/@\s]+\.ya?ml(?:@\S+)?", re.ASCII
)
_SLACK_USER: Final = re.compile(r"[UW][A-Z0-9]{5,20}", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _checked(check: Callable[[str], str]) -> Callable[[object], object]:
    """A check of ours as pydantic wants it: it reports a ValueError as it reports its own."""

    def validate(value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("text is expected")  # noqa: TRY004 - pydantic turns only ValueError into its own
        try:
            return check(value)
        except MalformedError as error:
            raise ValueError(str(error)) from None

    return validate


def _rule(text: str) -> str:
    ids = [rule.id for rule in catalogue()]
    if text in ids or text == DEFAULT:
        return text
    close = get_close_matches(text, ids, n=1)
    raise MalformedError(f"there is no rule {text[:80]!r}" + (f"; did you mean {close[0]!r}?" if close else ""))


def _duration(value: object) -> object:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a time is a number and s, m, h or d: 10m")
    return int(match[1]) * _SECONDS[match[2]]


def _workflow(text: str) -> str:
    if _WORKFLOW.fullmatch(text):
        return text
    raise MalformedError("a workflow is https://github.com/OWNER/REPOSITORY/.github/workflows/FILE.yml, perhaps @REF")


def _slack_user(text: str) -> str:
    if _SLACK_USER.fullmatch(text):
        return text
    raise MalformedError(f"{text[:80]!r} is no id of a Slack user; one is like U012AB3CD, see the person's profile")


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Pattern = Annotated[str, BeforeValidator(_checked(require_pattern))]
Glob = Annotated[str, BeforeValidator(_checked(require_glob))]
RuleId = Annotated[str, BeforeValidator(_checked(_rule))]
Seconds = Annotated[float, BeforeValidator(_duration)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Workflow = Annotated[str, Field(max_length=500), BeforeValidator(_checked(_workflow))]
SlackUser = Annotated[str, BeforeValidator(_checked(_slack_user))]


class Part(BaseModel):
    """A part of the file; nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(Part):
    """Who may sign: the issuer exactly, the subject by a pattern for all of it."""

    issuer: Text
    subject: Pattern


class KeyFile(Part):
    """A key or a certificate: in a file beside the policy's, or written into it."""

    name: Text
    file: Path | None = None
    pem: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.pem is None):
            raise ValueError("name either a file or a pem")
        return self


class Entry(Part):
    """What is asked of the images that `match` names."""

    match: Annotated[tuple[Glob, ...], BeforeValidator(_listed), Field(min_length=1)]
    name: str = ""
    releases: Pattern | None = None  # tags that must not move
    rolling: Pattern | None = None  # tags that move by design
    ignore: Pattern | None = None  # tags that are left alone
    platforms: tuple[Text, ...] = ()
    sisters: tuple[Text, ...] = ()  # registries that hold the same tags
    require: tuple[RuleId, ...] | None = None
    advise: tuple[RuleId, ...] | None = None
    severity: dict[RuleId, Severity] = Field(default_factory=dict)
    identities: tuple[Identity, ...] = ()
    keys: tuple[KeyFile, ...] = ()
    certificates: tuple[KeyFile, ...] = ()  # Notation's trust store
    sources: tuple[Pattern, ...] = ()
    builders: tuple[Pattern, ...] = ()
    isolated_builders: tuple[Pattern, ...] = ()  # signers that the caller of a build cannot alter (SLSA build level 3)
    base_images: tuple[Pattern, ...] = ()
    layouts: tuple[Layout, ...] = ()  # signature layouts that the image's users can read
    channel: str = ""
    owners: tuple[Text, ...] = ()
    workflow: Workflow | None = None  # the file that builds these images, where their provenance does not say it
    may_fix: tuple[SlackUser, ...] = ()  # who may let the bot open a pull request that mends that file
    settle: Seconds = 600.0

    @property
    def title(self) -> str:
        """How the entry is called in reports."""
        return self.name or self.match[0]


class WaiverEntry(Part):
    """A rule that may fail for some images: why, and until which day."""

    rule: RuleId
    image: Annotated[tuple[Glob, ...], BeforeValidator(_listed), Field(min_length=1)]
    reason: Text
    until: date


class PolicyFile(Part):
    """The whole file. The first entry whose `match` names an image is the one that counts."""

    images: tuple[Entry, ...] = Field(min_length=1)
    waivers: tuple[WaiverEntry, ...] = ()


def ids(asked: tuple[str, ...], built_in: frozenset[str]) -> frozenset[str]:
    """The rules that a list names, with `default` filled in."""
    return frozenset(asked) - {DEFAULT} | (built_in if DEFAULT in asked else frozenset())
