"""What a policy file may hold. Unknown keys are refused: a misspelt one would silently ask for less.

https://docs.pydantic.dev/latest/concepts/models/#extra-data
"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.policy.fields import (
    DEFAULT,
    Asked,
    Day,
    Glob,
    NamedFile,
    Pattern,
    RuleId,
    Seconds,
    Several,
    SlackUser,
    Text,
    Workflow,
)
from bot.policy.owners import OWNERS_MAX
from bot.rules import Severity
from bot.signatures.signature import Layout

Globs = Annotated[tuple[Glob, ...], Several, Field(min_length=1)]
Patterns = Annotated[tuple[Pattern, ...], Several]
Texts = Annotated[tuple[Text, ...], Several]


class Part(BaseModel):
    """A part of the file; nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(Part):
    """Who may sign: the issuer exactly, the subject by a pattern for all of it."""

    issuer: Text
    subject: Pattern


class KeyFile(Part):
    """A key or a certificate: in a file beside the policy's, or written into it. A file's name alone will do."""

    name: Text
    file: Path | None = None
    pem: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.pem is None):
            raise ValueError("name either a file or a pem")
        return self


NamedKeyFile = Annotated[KeyFile, NamedFile]


class Entry(Part):
    """What is asked of the images that `match` names."""

    match: Globs
    name: str = ""
    releases: Pattern | None = None  # tags that must not move
    rolling: Pattern | None = None  # tags that move by design
    ignore: Pattern | None = None  # tags that are left alone
    platforms: Texts = ()
    sisters: Texts = ()  # registries that hold the same tags
    require: Annotated[tuple[Asked, ...], Several] | None = None
    advise: Annotated[tuple[Asked, ...], Several] | None = None
    severity: dict[RuleId, Severity] = Field(default_factory=dict)
    identities: Annotated[tuple[Identity, ...], Several] = ()
    keys: Annotated[tuple[NamedKeyFile, ...], Several] = ()
    certificates: Annotated[tuple[NamedKeyFile, ...], Several] = ()  # Notation's trust store
    sources: Patterns = ()
    builders: Patterns = ()
    isolated_builders: Patterns = ()  # signers that the caller of a build cannot alter (SLSA build level 3)
    base_images: Patterns = ()
    layouts: Annotated[tuple[Layout, ...], Several] = ()  # signature layouts that the image's users can read
    channel: str = ""
    owners: Annotated[tuple[Text, ...], Several, Field(max_length=OWNERS_MAX)] = ()  # who is called when it first fails
    workflow: Workflow | None = None  # the file that builds these images, where their provenance does not say it
    may_fix: Annotated[
        tuple[SlackUser, ...], Several
    ] = ()  # who may let the bot open a pull request that mends that file
    settle: Seconds = 600.0

    @property
    def title(self) -> str:
        """How the entry is called in reports."""
        return self.name or self.match[0]


class WaiverEntry(Part):
    """A rule that may fail for some images: why, and until which day."""

    rule: RuleId
    image: Globs
    reason: Text
    until: Day


class PolicyFile(Part):
    """The whole file. The first entry whose `match` names an image is the one that counts."""

    images: Annotated[tuple[Entry, ...], Several, Field(min_length=1)]
    waivers: Annotated[tuple[WaiverEntry, ...], Several] = ()


def ids(asked: tuple[str, ...], built_in: frozenset[str]) -> frozenset[str]:
    """The rules that a list names, with `default` filled in."""
    return frozenset(asked) - {DEFAULT} | (built_in if DEFAULT in asked else frozenset())
