"""How a release is kept: a hash with one field for what concerns all of it, and one for each member."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import InvalidReferenceError, StoreError
from bot.oci.reference import Reference
from bot.releases import Member, Release, ReleaseName
from bot.releases.member import ExpectedBy
from bot.report import Verdict

HEAD: Final = "release"
MEMBER: Final = "member "


class StoredRelease(BaseModel):
    """What concerns all of a release. Keys are short: there may be 100,000 of them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    opened_at: float = 0.0
    completes_at: float = 0.0
    first_verdict: Verdict | None = None
    aliases: tuple[str, ...] = ()
    alias_of: str = ""
    is_cut: bool = False
    grows_until: float = 0.0


class StoredMember(BaseModel):
    """A member; its image is the field's name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    family: str = ""
    expected_by: ExpectedBy = ExpectedBy.PUSH
    digest: str = ""
    first_digest: str = ""
    earlier_digest: str = ""
    late_by: float = 0.0
    pushed_at: float = 0.0
    settled_at: float = 0.0
    checked_at: float = 0.0
    reported_at: float = 0.0
    stale_at: float = 0.0
    verdict: Verdict | None = None
    is_final: bool = False
    failing: tuple[str, ...] = ()


def fields_of(release: Release) -> dict[str, str]:
    """The hash of that release. What has its default is left out."""
    head = StoredRelease(**{name: getattr(release, name) for name in StoredRelease.model_fields})
    fields = {HEAD: head.model_dump_json(exclude_defaults=True)}
    for member in release.members:
        kept = StoredMember(**{name: getattr(member, name) for name in StoredMember.model_fields})
        fields[f"{MEMBER}{member.image}"] = kept.model_dump_json(exclude_defaults=True)
    return fields


def release_of(name: ReleaseName, fields: Mapping[str, str]) -> Release | None:
    """The release of that hash; None when there is none. Raises StoreError when it is not one of ours."""
    if not fields:
        return None
    try:
        head = StoredRelease.model_validate_json(fields.get(HEAD, "{}"))
        members = [
            _member(field.removeprefix(MEMBER), text, head.completes_at)
            for field, text in fields.items()
            if field.startswith(MEMBER)
        ]
    except (ValidationError, InvalidReferenceError) as error:
        why = f"what is stored of the release {name.title} cannot be read"
        raise StoreError(f"{why}: {type(error).__name__}", retry_after=None) from error
    members.sort(key=lambda member: str(member.image))
    return Release(name, tuple(members), **dict(head))


def _member(image: str, text: str, due_at: float) -> Member:
    kept = StoredMember.model_validate_json(text)
    return Member(Reference.parse(image), due_at=max(due_at, kept.late_by), **dict(kept))
