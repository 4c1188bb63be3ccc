"""An image that is pushed, and that nothing in the file signs."""

from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.happenings import Happening, Merge, Push, Sign, UnknownSigner
from bot.workflows.holes import known
from bot.workflows.images import Name
from bot.workflows.model import CiFile
from bot.workflows.rules._rule import Finding, LintRule, Scene
from bot.workflows.text import Place

rule = LintRule(
    __name__,
    title="An image is pushed and never signed",
    severity=Severity.MEDIUM,
    rationale="Without a signature anybody who can push to the repository can put another image in its place.",
    remediation=Remediation(
        "Sign the digest that the build step printed, in every registry that it was pushed to.",
        "      - uses: sigstore/cosign-installer@v4\n      - run: cosign sign --yes quay.io/acme/app@${DIGEST}\n"
        "        env:\n          DIGEST: ${{ steps.build.outputs.digest }}",
        "yaml",
        "cosign verify --certificate-oidc-issuer ISSUER --certificate-identity-regexp ID IMAGE@DIGEST",
    ),
    explains=frozenset({"signature-missing", "signature-lost", "attestation-unsigned"}),
)


@rule
def check(scene: Scene) -> Iterator[Finding]:
    """Every push of a file that holds the whole story, when what is signed in it is known."""
    file = scene.file
    if not file.whole:
        return
    everything = [happening for job in file.jobs for happening in scene.everything(job)]
    signs = [happening for happening in everything if isinstance(happening, Sign)]
    if any(isinstance(one, UnknownSigner) for one in everything) or any(sign.images is None for sign in signs):
        return
    if file.callable and not signs:  # the caller may do it
        return
    signed = {name.repository for sign in signs for name, _ in sign.images or ()}
    yield from _unsigned(scene, file, signed)


def _unsigned(scene: Scene, file: CiFile, signed: set[str]) -> Iterator[Finding]:
    said = set[str]()
    for job in file.jobs:
        for happening in job.happenings:
            names, place = _pushed(happening)
            fresh = {name.repository for name in names if not name.is_local} - signed - said
            if not fresh or not all(known(repository) for repository in fresh | signed):
                continue
            said |= fresh
            yield rule.at(scene, place, f"{', '.join(sorted(fresh))} is pushed here, and nothing in this file signs it")


def _pushed(happening: Happening) -> tuple[tuple[Name, ...], Place]:
    match happening:
        case Build(push=push, names=names, place=place) if push is not False:
            return names or (), place
        case Push(names=names, place=place) | Merge(names=names, place=place):
            return names, place
        case _:
            return (), happening.place
