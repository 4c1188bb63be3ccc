"""A digest that was read from one registry, used to sign in another."""

import re
from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.images import Name, looks_like_image, read_name
from bot.workflows.model import CiFile, Job
from bot.workflows.operations import Copy, Merge, Sign
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.unresolved import known, words_of

rule = LintRule(
    __name__,
    title="A digest of one registry is used to sign in another",
    severity=Severity.MEDIUM,
    rationale=(
        "Two registries hold the same digest only when one push or a copy made both. When they differ, the signature "
        "fails or speaks of something that is not there, and the second registry's image stays unsigned."
    ),
    remediation=Remediation(
        "Push to both registries in one build step, or ask each registry for its own digest.",
        "cosign sign --yes docker.io/acme/app@$(crane digest docker.io/acme/app:1.2.3)",
        "sh",
        "crane digest quay.io/acme/app:1.2.3; crane digest docker.io/acme/app:1.2.3",
    ),
    explains=frozenset({"signature-missing", "tag-registries-differ"}),
)

_SUBSTITUTION = re.compile(r"\$\(\s*(?:[\w./-]*/)?(?:g?crane|skopeo|regctl|oras|docker)\s([^)]*)\)")
"""A command that asks a registry."""


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every signed name whose digest surely comes from another registry."""
    for job, step in context.steps():
        for sign in step.operations:
            if not isinstance(sign, Sign):
                continue
            said = set[str]()
            for name, _ in sign.images or ():
                origin = _origin(context.file, job, name.digest)
                if not name.registry or not origin or name.registry in origin or _copied(job, name, origin):
                    continue
                message = f"{name.repository} is signed with a digest of {', '.join(sorted(origin))}"
                if message not in said:
                    said.add(message)
                    yield rule.at(context, sign.place, message)


def _origin(file: CiFile, job: Job, digest: str) -> set[str]:
    """The registries that a digest is known to be of; empty when one cannot tell."""
    texts = [digest]
    if output := file.output(job, digest):
        where, id_, name = output
        step = where.step(id_)
        if step is None:
            return set()
        builds = [one for one in step.operations if isinstance(one, Build)]
        if builds:
            names = [name for build in builds for name in build.names or ()]
            return {name.registry for name in names} if all(name.registry for name in names) else set()
        texts = list(dict(step.outputs).get(name, ()))
    elif digest.startswith("${{ env."):
        texts = list(dict(job.exported).get(digest[8:-3].strip(), ()))
    return _asked_for(texts)


def _asked_for(texts: list[str]) -> set[str]:
    """The registries of the images that $( … ) names; empty unless each names one that is known."""
    origin = set[str]()
    for text in texts:
        found = _SUBSTITUTION.search(text)
        words = words_of(found[1].replace('"', " ").replace("'", " ")) if found else ()
        registries = {
            read_name(word).registry for word in words if looks_like_image(word) and known(word.partition("/")[0])
        }
        if not registries or not all(registries):
            return set()
        origin |= registries
    return origin


def _copied(job: Job, name: Name, origin: set[str]) -> bool:
    """Whether the job also copies something there, perhaps from that origin, which keeps the digest."""
    for operation in job.operations:
        match operation:
            case Copy(name=target, source=source):
                targets = [target]
            case Merge(names=names, sources=(source,)):
                targets = list(names)
            case _:
                continue
        there = any(target.repository == name.repository for target in targets)
        if there and (not source.registry or source.registry in origin):
            return True
    return False
