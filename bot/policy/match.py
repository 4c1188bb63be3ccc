"""From a file's entries to the policy for one image."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.context import Expected, ExpectedIdentity
from bot.oci.reference import Reference, is_evidence_tag
from bot.policy.default import REQUIRED, advised
from bot.policy.entry import PolicyEntry, PolicyFile, WaiverEntry, ids
from bot.policy.globs import is_named
from bot.policy.policy import Policy, Waiver, with_needs
from bot.readers.reader import layouts_of, left_out, names, of_signatures
from bot.rules import catalogue
from bot.rules.patterns import is_in
from bot.values import replace

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from bot.signatures.keys import NamedKey


class EntryKeys(Struct, frozen=True):
    """An entry's keys and certificates, read."""

    keys: tuple["NamedKey", ...] = ()
    certificates: tuple["Certificate", ...] = ()


def entries_for(file: PolicyFile, image: Reference) -> list[int]:
    """The indexes of all entries that match the image. The first applies and hides the others."""
    return [place for place, entry in enumerate(file.images) if any(is_named(glob, image) for glob in entry.match)]


def first_entry(file: PolicyFile, image: Reference) -> int | None:
    """The index of the entry that applies, or None."""
    return next(iter(entries_for(file, image)), None)


def waivers_for(waivers: Iterable[WaiverEntry], image: Reference) -> tuple[Waiver, ...]:
    """The waivers that match the image, including expired ones: a report says that they have expired."""
    return tuple(
        Waiver(waiver.rule, waiver.reason, waiver.until)
        for waiver in waivers
        if any(is_named(glob, image) for glob in waiver.image)
    )


def policy_of(entry: PolicyEntry, image: Reference, keys: EntryKeys, waivers: Iterable[WaiverEntry]) -> Policy:
    """The policy that the entry sets for that image."""
    require, advise = asked(entry)
    return Policy(
        name=entry.title,
        require=require,
        advise=advise,
        severities=dict(entry.severity),
        expected=_expected(entry, image),
        waivers=waivers_for(waivers, image),
        keys=keys.keys,
        certificates=keys.certificates,
        settle=entry.settle,
        complete=entry.complete,
        watch=entry.watch,
        passes=entry.passes or "",
        mentions=entry.mentions,
        since=dict(entry.since),
        channel=entry.channel,
        owners=entry.owners,
        workflow=entry.workflow or "",
        may_fix=entry.may_fix,
        may_waive=entry.may_waive,
        is_ignored=is_evidence_tag(image.tag) or _is_one(entry.ignore, image),
        group=entry.group,
        releases=entry.releases or "",
        rolling=entry.rolling or "",
    )


def asked(entry: PolicyEntry) -> tuple[frozenset[str], frozenset[str]]:
    """The rules that the entry requires and advises.

    Without `require` and `advise`, both come from the built-in policy. With `require` alone, nothing is advised. With
    `advise` alone, the built-in requirements that it does not list stay required.

    `default` in `advise` makes no advice of a rule that a rule required by name needs: who requires the signer requires
    the signature.
    """
    if entry.require is None and entry.advise is None:
        return REQUIRED, advised()
    advise = ids(entry.advise or (), advised())
    if entry.require is None:
        return REQUIRED - advise, advise
    require = ids(entry.require, REQUIRED)
    needed = with_needs(ids(entry.require, frozenset()), catalogue()) - ids(entry.advise or (), frozenset())
    return require, advise - require - needed


def expected_by(entry: PolicyEntry, *, is_release: bool) -> Expected:
    """The expected values that rules compare with."""
    return Expected(
        identities=tuple(ExpectedIdentity(one.issuer, one.subject) for one in entry.identities),
        key_names=tuple(key.name for key in entry.keys),
        has_certificates=bool(entry.certificates),
        sources=entry.sources,
        builders=entry.builders,
        base_images=entry.base_images,
        isolated_builders=entry.isolated_builders,
        sisters=entry.sisters,
        platforms=entry.platforms,
        layouts=frozenset(entry.layouts) or layouts_of(of_signatures(entry.readers)),
        readers=names(entry.readers),
        unread=left_out(entry.readers),
        git_tag=entry.git_tag,
        is_release=is_release,
    )


def _expected(entry: PolicyEntry, image: Reference) -> Expected:
    """A tag that both patterns match is rolling."""
    is_rolling = _is_one(entry.rolling, image)
    expected = expected_by(entry, is_release=_is_one(entry.releases, image) and not is_rolling)
    return replace(expected, is_rolling=is_rolling)


def _is_one(pattern: str | None, image: Reference) -> bool:
    return pattern is not None and bool(image.tag) and is_in(pattern, image.tag)
