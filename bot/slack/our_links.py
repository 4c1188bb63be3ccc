"""The addresses of our own pages, read back: which release, report or rule they are about. No I/O."""

from typing import Final, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from bot.errors import InvalidReferenceError, MalformedError
from bot.oci.reference import Reference
from bot.releases import ReleaseName

URL_MAX: Final = 3000
_FIELDS_MAX: Final = 10


class ReleaseLink(Struct, frozen=True):
    """The page of a release."""

    name: ReleaseName


class ReportLink(Struct, frozen=True):
    """The page of the newest report on an image."""

    image: Reference


class RuleLink(Struct, frozen=True):
    """The page of a rule."""

    rule: str


OurLink: TypeAlias = ReleaseLink | ReportLink | RuleLink


def our_link(url: str, base_url: str) -> OurLink | None:
    """What it is about; None for any other address. Slack escapes `&` in addresses."""
    base = base_url.rstrip("/")
    if not base or len(url) > URL_MAX or not url.startswith(f"{base}/"):
        return None
    try:
        parts = urlsplit(url.removeprefix(base).replace("&amp;", "&"))
        query = {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=_FIELDS_MAX).items()}
        match [unquote(part) for part in parts.path.split("/") if part]:
            case ["release"]:
                return ReleaseLink(ReleaseName.parse(query.get("name", "")))
            case ["report"]:
                return ReportLink(Reference.parse(query.get("image", "")))
            case ["rules", rule]:
                return RuleLink(rule)
    except (ValueError, MalformedError, InvalidReferenceError):
        pass
    return None
