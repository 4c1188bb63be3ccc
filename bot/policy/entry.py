"""The model of a policy file. Unknown keys are refused: a misspelt key would silently require less.

https://docs.pydantic.dev/latest/concepts/models/#extra-data
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.policy.fields import (
    DEFAULT,
    Asked,
    Channel,
    Day,
    GitTag,
    Glob,
    GroupName,
    LastDay,
    NamedFile,
    Pattern,
    PlatformName,
    RegistryName,
    ReleasePattern,
    RuleId,
    Seconds,
    Several,
    SlackUser,
    TagPattern,
    Text,
    Use,
    Workflow,
)
from bot.policy.owners import OWNERS_MAX
from bot.readers.reader import disagree, of_signatures
from bot.rules import Severity, catalogue
from bot.signatures.signature import Layout

Globs = Annotated[tuple[Glob, ...], Several, Field(min_length=1)]
Patterns = Annotated[tuple[Pattern, ...], Several]
Registries = Annotated[tuple[RegistryName, ...], Several]


class FilePart(BaseModel):
    """A part of the file. It does not change after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class IdentityEntry(FilePart):
    """Who may sign: the exact issuer, and a pattern that the whole subject must match."""

    issuer: Text
    subject: Pattern


class KeyFile(FilePart):
    """A key or a certificate: a file next to the policy file, or PEM text. A file name alone is enough."""

    name: Text
    file: Path | None = None
    pem: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.pem is None):
            raise ValueError("name either a file or a pem")
        return self


NamedKeyFile = Annotated[KeyFile, NamedFile]


class PolicyEntry(FilePart):
    """Which rules apply to the images that `match` selects, and what they compare with."""

    match: Globs
    name: str = ""
    group: Annotated[str, GroupName] = ""  # repositories that are released together
    releases: ReleasePattern | None = None  # tags that must not move; its group `version` is the version
    rolling: TagPattern | None = None  # tags that move by design
    ignore: TagPattern | None = None  # tags whose pushes are ignored
    git_tag: GitTag = ""  # how the Git tag of a version is written, e.g. v?{version}
    platforms: Annotated[tuple[PlatformName, ...], Several] = ()
    sisters: Registries = ()  # registries that hold the same tags
    require: Annotated[tuple[Asked, ...], Several] | None = None
    advise: Annotated[tuple[Asked, ...], Several] | None = None
    severity: dict[RuleId, Severity] = Field(default_factory=dict)
    identities: Annotated[tuple[IdentityEntry, ...], Several] = ()
    keys: Annotated[tuple[NamedKeyFile, ...], Several] = ()
    certificates: Annotated[tuple[NamedKeyFile, ...], Several] = ()  # Notation's trust store
    sources: Patterns = ()
    builders: Patterns = ()
    isolated_builders: Patterns = ()  # signers that the caller of a build cannot alter (SLSA build level 3)
    base_images: Patterns = ()
    layouts: Annotated[tuple[Layout, ...], Several] = ()  # signature layouts that the image's users can read
    readers: Annotated[tuple[Use, ...], Several] = ()  # the tools with which they read its evidence
    channel: Channel = ""
    owners: Annotated[
        tuple[Text, ...], Several, Field(max_length=OWNERS_MAX)
    ] = ()  # mentioned when the image first fails
    workflow: Workflow | None = None  # the file that builds these images, if their provenance does not name it
    may_fix: Annotated[
        tuple[SlackUser, ...], Several
    ] = ()  # who may let the bot open a pull request that fixes that file
    may_waive: Annotated[tuple[SlackUser, ...], Several] = ()  # who may waive a rule, besides the owners
    settle: Seconds = 600.0
    complete: Seconds = 3 * 3600.0
    watch: Seconds = 24 * 3600.0
    passes: Literal["each", "digest", "none"] | None = None
    mentions: Literal["parent", "thread"] = "parent"
    since: dict[RuleId, Day] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _layouts(self) -> Self:
        if self.layouts and self.readers:
            raise ValueError("name either `layouts` or `readers`: the readers decide which layouts count")
        each = {rule.id for rule in catalogue() if rule.wants == "readers"}
        if disagree(of_signatures(self.readers)) and each.isdisjoint((*(self.require or ()), *(self.advise or ()))):
            told = f"name `layouts`, or ask for {' or '.join(sorted(each))}, which looks at each reader alone"
            raise ValueError(f"no signature layout is read by all of `readers`; {told}")
        return self

    @property
    def title(self) -> str:
        """The entry's name in reports."""
        return self.name or self.match[0]


class WaiverEntry(FilePart):
    """A rule that may fail for some images, with the reason and the last day."""

    rule: RuleId
    image: Globs
    reason: Text
    until: LastDay


class PolicyFile(FilePart):
    """The whole file. The first entry whose `match` selects an image applies to it."""

    images: Annotated[tuple[PolicyEntry, ...], Several, Field(min_length=1)]
    waivers: Annotated[tuple[WaiverEntry, ...], Several] = ()


def ids(asked: tuple[str, ...], built_in: frozenset[str]) -> frozenset[str]:
    """The rules in a list, with `default` replaced by the built-in list."""
    return frozenset(asked) - {DEFAULT} | (built_in if DEFAULT in asked else frozenset())
