"""What the code host of an image's source holds: GitHub's attestations about the index and its platforms.

`gh attestation verify` looks there first. The attestations of `actions/attest` are in the registry only when the
workflow asks for that (`push-to-registry`), so an image without signatures in its registry may well be signed.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.attestations.provenance import Provenance
from bot.attestations.repository import SOURCE_LABEL, clean
from bot.check.workflow import is_our_repository
from bot.errors import SourceError
from bot.evidence import AttestationStore, Evidence, ImageConfig
from bot.evidence.merge import merge
from bot.oci.ambiguity import noticing
from bot.policy import Policy, with_needs
from bot.rules import CodeHostPart, catalogue
from bot.rules.coverage import made_at_github
from bot.signatures.search import SearchResult
from bot.signatures.signature import SignatureState
from bot.unreadable import UnknownReason, Unreadable, not_answered, over_limit
from bot.values import replace
from bot.workflows.address import SERVER, Repository, read_address, repository_of

if TYPE_CHECKING:
    from bot.signatures.stored import BundleJudge, StoredBundle
    from bot.workflows.attestations_api import AttestationsApi
    from bot.workflows.hosts import CodeHosts

REPOSITORIES_MAX: Final = 2
"""Repositories that are asked for one image; provenance, labels and policy name the same one as a rule."""

DIGESTS_MAX: Final = 16
"""Digests that are asked about: the index and its platforms; an image with more is rare."""

SECONDS: Final = 20.0
"""For all requests about one image."""

AT_ONCE: Final = 4
"""Requests at the same time."""

UNREAD: Final = frozenset({UnknownReason.UNREADABLE, UnknownReason.OVER_LIMIT, UnknownReason.ABSENCE_HIDDEN})
"""Reasons for which something that may name the repository was not seen. What is gone or malformed names none."""

ATTESTATIONS_API: Final = "GitHub's attestations API"
NO_NAME: Final = f"{ATTESTATIONS_API}: the repository to ask about could not be read"

NOT_ASKED: Final = f"{ATTESTATIONS_API} was not asked, because PROVENANCE_GITHUB_API is empty"


class _Listed(Struct, frozen=True):
    """What the requests brought; `is_denied` when the answer was a 404, `is_asked` when there was an answer."""

    bundles: "tuple[StoredBundle, ...]" = ()
    unreadable: tuple[Unreadable, ...] = ()
    is_denied: bool = False
    denied: tuple[Repository, ...] = ()  # those that answered 404 about every digest
    is_asked: bool = False


async def with_attestations(
    evidence: Evidence, policy: Policy, hosts: "CodeHosts | None", judge: "BundleJudge"
) -> Evidence:
    """The evidence with what the code host holds about the image. Raises nothing.

    Without an answer nobody knows whether the image is signed, unless a signature was found elsewhere. What the
    registry lacks is still told, and that the code host did not answer.
    """
    server = hosts.server if hosts else SERVER
    asked = repositories(evidence, policy, server)
    if hosts is None:
        return replace(evidence, notes=(*evidence.notes, NOT_ASKED)) if asked and not _is_signed(evidence) else evidence
    unnamed = _unnamed(evidence, policy, server)
    if not asked:
        return replace(evidence, code_host_unreadable=unnamed)
    listed = await _listed(evidence, policy, hosts, asked[:REPOSITORIES_MAX])
    if left := asked[REPOSITORIES_MAX:]:
        why = (
            f"of {len(asked)} repositories that are named, {left[0]} was not asked for attestations (REPOSITORIES_MAX)"
        )
        listed = _joined([listed, _Listed(unreadable=(over_limit(why),))])
    with noticing() as notices:
        judged = await judge.judge_bundles(listed.bundles) if listed.bundles else SearchResult()
    places = {one: f"{server.rstrip('/')}/{one}" for one in asked[:REPOSITORIES_MAX]}
    found = replace(
        merge(evidence, judged),
        code_host=AttestationStore(tuple(places.values()), tuple(places[one] for one in listed.denied)),
        code_host_unreadable=(*listed.unreadable, *unnamed),
        code_host_asked=listed.is_asked,
        ambiguous=tuple(dict.fromkeys((*evidence.ambiguous, *notices.all))),
    )
    return await _with_hidden(found, policy, hosts, listed.denied)


async def _with_hidden(
    evidence: Evidence, policy: Policy, hosts: "CodeHosts", denied: tuple[Repository, ...]
) -> Evidence:
    """With why GitHub may hold what it does not list, where a rule compares it with what the registry holds.

    That costs a request, so it is asked only of an image with such an attestation in its registry.
    """
    store = evidence.code_host
    if store is None or not denied or not any(made_at_github(evidence)) or not reads(policy, CodeHostPart.ATTESTATIONS):
        return evidence
    from bot.check.hidden_source import not_public  # noqa: PLC0415 - only where GitHub says 404

    hidden: list[Unreadable] = []
    for repository in denied:
        runs = hosts.runs(is_ours=is_our_repository(repository, policy, server=hosts.server))
        if runs is not None:
            hidden += await not_public(runs, repository, policy, hosts.server)
    return replace(evidence, code_host=replace(store, denied=(), hidden=tuple(hidden)))


def reads(policy: Policy, part: CodeHostPart) -> bool:
    """Whether a rule that the policy uses reads that part of the code host."""
    rules = catalogue()
    used = with_needs(policy.require | policy.advise, rules)
    return any(rule.reads is part and rule.id in used for rule in rules)


def _unnamed(evidence: Evidence, policy: Policy, server: str) -> tuple[Unreadable, ...]:
    """Why nobody knows which repository to ask about: what may name it could not be read.

    Empty where the policy or a provenance names one. A label or an annotation is not enough, since a label may be that
    of the base image. Empty for an image layout on disk, too: a code host is never asked about it.
    """
    if evidence.image.layout or any(_named_for_sure(evidence, policy, server)):
        return ()
    named_by = [part for platform in evidence.platforms for part in (platform.provenance, platform.config)]
    unread = [part for part in (*named_by, *evidence.unreadable) if isinstance(part, Unreadable)]
    return tuple(
        replace(part, reason=f"{NO_NAME}: {part.reason}", code=UnknownReason.UNSEARCHED, digest="")
        for part in unread
        if part.code in UNREAD
    )[:1]


def _is_signed(evidence: Evidence) -> bool:
    """Whether the registry holds a signature that holds: then nobody misses what a code host may have besides."""
    return any(one.state is SignatureState.VALID for one in evidence.signatures)


def is_concerned(evidence: Evidence, policy: Policy, server: str) -> bool:
    """Whether `with_attestations` has something to ask about the image, or cannot know what."""
    return bool(repositories(evidence, policy, server) or _unnamed(evidence, policy, server))


def repositories(evidence: Evidence, policy: Policy, server: str) -> tuple[Repository, ...]:
    """Those that the policy, the provenance, annotations and labels name on that server; the policy's first.

    None for an image layout on disk: it is not published yet, so a code host knows nothing about it.
    """
    if evidence.image.layout:
        return ()
    labelled = _parsed(_labels(evidence), server)
    return tuple(dict.fromkeys((*_named_for_sure(evidence, policy, server), *labelled)))


def _named_for_sure(evidence: Evidence, policy: Policy, server: str) -> Iterator[Repository]:
    """What the policy and the provenance name."""
    file = read_address(policy.workflow, server=server) if policy.workflow else None
    if file is not None:
        yield Repository(file.owner, file.repository)
    every = (one.provenance for one in evidence.platforms)
    yield from _parsed((one.source for one in every if isinstance(one, Provenance)), server)


def _parsed(sources: Iterable[str], server: str) -> Iterator[Repository]:
    found = (repository_of(clean(source), server=server) for source in sources)
    return (one for one in found if one is not None)


def _labels(evidence: Evidence) -> Iterator[str]:
    yield dict(evidence.annotations).get(SOURCE_LABEL, "")
    for platform in evidence.platforms:
        if isinstance(platform.config, ImageConfig):
            yield dict(platform.config.labels).get(SOURCE_LABEL, "")


async def _listed(evidence: Evidence, policy: Policy, hosts: "CodeHosts", asked: tuple[Repository, ...]) -> _Listed:
    """Ask about every digest in every repository, some at once; a failure is kept once for each reason."""
    digests = tuple(dict.fromkeys((evidence.digest, *(platform.digest for platform in evidence.platforms))))
    gate, answers = asyncio.Semaphore(AT_ONCE), list[asyncio.Task[_Listed]]()
    asking: list[tuple[AttestationsApi, Repository, list[asyncio.Task[_Listed]]]] = []
    hidden: list[Unreadable] = []
    denied: list[Repository] = []
    try:
        async with asyncio.timeout(SECONDS):
            async with asyncio.TaskGroup() as group:
                for repository in asked:
                    api = hosts.attestations(is_ours=is_our_repository(repository, policy, server=hosts.server))
                    if api is not None:
                        own = [group.create_task(_ask(api, repository, one, gate)) for one in digests[:DIGESTS_MAX]]
                        answers += own
                        asking.append((api, repository, own))
            for api, repository, own in asking:
                if all(task.result().is_denied for task in own):
                    denied.append(repository)
                    from bot.check.hidden_source import why_hidden  # noqa: PLC0415 - only where GitHub says 404

                    hidden += await why_hidden(api, repository, evidence, policy, hosts.server)
    except TimeoutError:
        why = f"{ATTESTATIONS_API}: no answer within {SECONDS:.0f} s"
        late = Unreadable(why, UnknownReason.UNSEARCHED, passing=True)
        return _joined([*(task.result() for task in answers if _is_done(task)), _Listed(unreadable=(*hidden, late))])
    found = [*(task.result() for task in answers), _Listed(unreadable=tuple(hidden), denied=tuple(denied))]
    if len(digests) > DIGESTS_MAX:
        over = over_limit(f"GitHub was asked about {DIGESTS_MAX} of {len(digests)} digests (DIGESTS_MAX)")
        found.append(_Listed(unreadable=(over,)))
    return _joined(found)


async def _ask(api: "AttestationsApi", repository: Repository, digest: str, gate: asyncio.Semaphore) -> _Listed:
    try:
        async with gate:
            found = await api.about(repository, digest)
    except SourceError as error:
        return _Listed(unreadable=(not_answered(ATTESTATIONS_API, error, UnknownReason.UNSEARCHED),))
    from bot.signatures.stored import StoredBundle  # noqa: PLC0415 - only for what a code host lists

    more = over_limit(f"{repository} has more attestations about {digest[:19]}… than are read")
    bundles = tuple(StoredBundle(digest, data) for data in found.bundles)
    return _Listed(bundles, (more,) if found.left else (), found.is_denied, is_asked=True)


def _is_done(task: "asyncio.Task[_Listed]") -> bool:
    return task.done() and not task.cancelled()


def _joined(parts: list[_Listed]) -> _Listed:
    bundles = tuple(bundle for part in parts for bundle in part.bundles)
    unread = tuple(dict.fromkeys(why for part in parts for why in part.unreadable))
    denied = tuple(one for part in parts for one in part.denied)
    return _Listed(bundles, unread, denied=denied, is_asked=any(part.is_asked for part in parts))
