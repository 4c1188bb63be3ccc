"""An image that is pushed, and that nothing in the file signs."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Build, OtherBuild
from bot.workflows.doubts import Doubt
from bot.workflows.images import Name, stays_here
from bot.workflows.model import Job
from bot.workflows.operations import ImageOperation, ImagePush, Merge, Retag, Sign
from bot.workflows.purposes import is_test_image
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.surroundings import may_sign
from bot.workflows.text import Place
from bot.workflows.tools import helm
from bot.workflows.unresolved import known, step_output

rule = LintRule(
    __name__,
    title="An image is pushed and never signed",
    severity=Severity.MEDIUM,
    rationale="Without a signature, anyone who can push to the repository can put another image in its place.",
    remediation=Remediation(
        "Sign the digest that the build step printed, in every registry that it was pushed to.",
        "      - uses: sigstore/cosign-installer@v4\n      - run: cosign sign --yes quay.io/acme/app@${DIGEST}\n"
        "        env:\n          DIGEST: ${{ steps.build.outputs.digest }}",
        "yaml",
        "cosign verify --certificate-oidc-issuer ISSUER --certificate-identity-regexp ID IMAGE@DIGEST",
    ),
    explains=frozenset({"signature-missing", "signature-lost", "attestation-unsigned"}),
    once=True,
)

ATTEST = "actions/attest"
"""GitHub's actions, whose attestations are found by digest. https://docs.github.com/en/actions/concepts/security/artifact-attestations"""
DOUBTED_MAX: Final = 50
"""Pushes of the same names that are looked at for one without a doubt: fifty jobs may call one file."""
_SIGNS_CHARTS = re.compile(r"\bCR_SIGN\b[=: \t'\"]{1,9}true\b")
"""chart-releaser signs charts with GPG: `helm push` takes the .prov file beside a chart along. https://helm.sh/docs/topics/provenance/"""


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every push of a file that holds the whole story, or of what it calls, when what is signed in it is known."""
    file = context.file
    for job in file.jobs:
        yield from _tags_left_out(context, job)
    if not file.whole:
        return
    jobs = [(job, place, one) for job in file.jobs for place, one in context.everything(job)]
    everything = [(place, one) for _, place, one in jobs]
    signs = [operation for _, operation in everything if isinstance(operation, Sign)]
    released = context.around.released
    unsure = any(may_sign(one, released=released) for _, one in everything) or any(one.images is None for one in signs)
    if unsure or context.around.signs or (file.callable and not signs):  # a caller or another workflow may do it
        return
    signed = {name.repository for sign in signs for name, _ in sign.images or ()} | _by_digest(everything, signs)
    charts_signed = _SIGNS_CHARTS.search(file.source.text) is not None
    plain = all(map(known, signed))
    said = set[str]()
    for place, operation, doubts in _pushes_for_use_first(context, jobs):
        names = {name.repository for name in _pushed(operation) if name.registry and not stays_here(name, file.source)}
        chart = _is_chart(operation)
        if chart and charts_signed:
            continue
        fresh = {one for one in names if not (chart and any(made.startswith(f"{one}/") for made in signed))}
        fresh -= signed | said
        if fresh and (not signed or (plain and all(map(known, fresh)))):
            said |= fresh
            are, them = ("is", "it") if len(fresh) == 1 else ("are", "them")
            what = ("a Helm chart in " if len(fresh) == 1 else "Helm charts in ") if chart else ""
            message = f"{what}{' and '.join(sorted(fresh))} {are} pushed here, and nothing signs {them}"
            yield rule.at(context, place, message).doubted(doubts)


def _pushes_for_use_first(
    context: LintContext, jobs: list[tuple[Job, Place, ImageOperation]]
) -> list[tuple[Place, ImageOperation, tuple[Doubt, ...]]]:
    """All pushes with their doubts, those without any first; of the same names, no more than decide what is told."""
    told, seen, found = set[tuple[bool, frozenset[str]]](), Counter[tuple[bool, tuple[str, ...]]](), []
    for job, place, operation in jobs:
        chart, names = _is_chart(operation), _pushed(operation)
        repositories, tagged = frozenset(name.repository for name in names), tuple(name.tagged for name in names)
        if not names or (chart, repositories) in told or seen[chart, tagged] >= DOUBTED_MAX:
            continue
        doubts = _doubts(context, job, operation)
        seen[chart, tagged] += 1
        told |= set() if doubts else {(chart, repositories)}
        found.append((place, operation, doubts))
    return sorted(found, key=lambda one: bool(one[2]))


def _is_chart(operation: ImageOperation) -> bool:
    """Whether its own name is behind the path that it is pushed to."""
    return isinstance(operation, ImagePush) and operation.tool == helm.TOOL


def _by_digest(everything: list[tuple[Place, ImageOperation]], signs: list[Sign]) -> set[str]:
    """All repositories that a build pushes to whose digest GitHub keeps an attestation of: one digest, many names."""
    kept = [name for sign in signs if sign.tool.startswith(ATTEST) for name, _ in sign.images or ()]
    attested = {(made[0], name.repository) for name in kept if (made := step_output(name.digest))}
    found = set[str]()
    for build in (one for _, one in everything if isinstance(one, Build)):
        names = {name.repository for name in build.names or ()}
        found |= names if any((build.step, name) in attested for name in names) else set()
    return found


def _doubts(context: LintContext, job: Job, operation: ImageOperation) -> tuple[Doubt, ...]:
    """Whatever has no room for attestations may be signed."""
    found = context.doubts_of_used(job, operation, _pushed(operation))
    return tuple(one for one in found if one is not Doubt.APART)


def _tags_left_out(context: LintContext, job: Job) -> Iterator[LintFinding]:
    """Tags that `docker push` pushes into a repository where other tags are signed, one by one."""
    signs = [one for one in job.operations if isinstance(one, Sign)]
    names = [name for sign in signs for name, _ in sign.images or ()]
    plain = all(name.tag and not name.digest and known(name.tagged) for name in names)
    if not names or not plain or any(sign.images is None for sign in signs):
        return
    same, repositories = {name.tagged for name in names}, {name.repository for name in names}
    for retag in (one for one in job.operations if isinstance(one, Retag)):
        if retag.source.tagged in same or retag.name.tagged in same:
            same |= {retag.source.tagged, retag.name.tagged}
    for push in (one for one in job.operations if isinstance(one, ImagePush)):
        for name in push.names:
            beside = name.repository in repositories
            if beside and name.tag and known(name.tagged) and name.tagged not in same:
                same.add(name.tagged)
                yield rule.at(context, push.place, f"{name.tagged} is pushed here, and only other tags are signed")


def _pushed(operation: ImageOperation) -> tuple[Name, ...]:
    match operation:
        case Build(push=push, names=names) if push is not False and not (
            operation.aside or is_test_image(operation.names or ())
        ):
            return names or ()
        case ImagePush(names=names) | OtherBuild(pushes=True, names=names):
            return names
        case Merge(names=names, sources=sources) if len(sources) != 1:  # one source keeps its digest
            return names
        case _:
            return ()
