"""An image that is pushed, and that nothing in the file signs."""

from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.happenings import Happening, Merge, Push, Sign, UnknownSigner
from bot.workflows.holes import known
from bot.workflows.images import Name
from bot.workflows.rules._rule import Finding, LintRule, Scene

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
    """Every push of a file that holds the whole story, or of what it calls, when what is signed in it is known."""
    file = scene.file
    if not file.whole:
        return
    everything = [one for job in file.jobs for one in scene.everything(job)]
    signs = [happening for _, happening in everything if isinstance(happening, Sign)]
    unsure = any(isinstance(one, UnknownSigner) for _, one in everything) or any(sign.images is None for sign in signs)
    if unsure or (file.callable and not signs):  # the caller may do it
        return
    signed = {name.repository for sign in signs for name, _ in sign.images or ()}
    said = set[str]()
    for place, happening in everything:
        fresh = {name.repository for name in _pushed(happening) if not name.is_local} - signed - said
        if fresh and all(known(repository) for repository in fresh | signed):
            said |= fresh
            yield rule.at(scene, place, f"{', '.join(sorted(fresh))} is pushed here, and nothing in this file signs it")


def _pushed(happening: Happening) -> tuple[Name, ...]:
    match happening:
        case Build(push=push, names=names) if push is not False:
            return names or ()
        case Push(names=names):
            return names
        case Merge(names=names, sources=sources) if len(sources) != 1:  # one source keeps its digest
            return names
        case _:
            return ()
