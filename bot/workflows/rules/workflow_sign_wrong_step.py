"""A sign step that takes its digest from another step than the one that built what it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.edits import Edit, Fix
from bot.workflows.happenings import Sign
from bot.workflows.holes import HOLE, step_output
from bot.workflows.images import Name
from bot.workflows.model import Job, Step
from bot.workflows.rules._rule import Finding, LintRule, Scene
from bot.workflows.text import Place, SourceText

rule = LintRule(
    __name__,
    title="The wrong digest is signed",
    severity=Severity.CRITICAL,
    rationale=(
        "cosign signs the digest, and does not care for the tag in front of it. The step succeeds, the other image is "
        "signed twice, and the one that the step is about is never signed."
    ),
    remediation=Remediation(
        "Take the digest from the step that built the image.",
        "        env:\n          DIGEST: ${{ steps.build-next.outputs.digest }}",
        "yaml",
        "cosign verify --certificate-oidc-issuer ISSUER --certificate-identity-regexp ID IMAGE@DIGEST",
    ),
    explains=frozenset({"signature-missing", "signature-lost", "tag-registries-differ"}),
)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """The step id that is read, why that is wrong, and the id to read instead ("" = we cannot tell)."""

    used: str
    why: str
    right: str = ""


@rule
def check(scene: Scene) -> Iterator[Finding]:
    """Every sign step whose images were built by another step of the same job."""
    for job, step in scene.steps():
        for sign in step.happenings:
            if not isinstance(sign, Sign) or sign.images is None:
                continue
            verdicts: dict[_Wrong | None, list[str]] = {}
            for name, _ in sign.images:
                verdicts.setdefault(_judge(job, step, name), []).append(name.tagged)
            for wrong, names in verdicts.items():
                if wrong:
                    place = _place(scene.file.source, step, wrong.used) or sign.place
                    fix = _fix(scene.file.source, step, wrong) if len(verdicts) == 1 else None
                    yield rule.at(scene, place, _message(wrong, names), fix=fix)


def _message(wrong: _Wrong, names: list[str]) -> str:
    use = f": use ${{{{ steps.{wrong.right}.outputs.digest }}}}" if wrong.right else ""
    return f"signing {' and '.join(names)}: {wrong.why}{use}"


def _judge(job: Job, step: Step, name: Name) -> _Wrong | None:
    output = step_output(name.digest)
    if output is None or output[1] != "digest":
        return None
    used, here = job.step(output[0]), job.steps.index(step)
    earlier = [one for other in job.steps[:here] for one in other.happenings if isinstance(one, Build) and one.step]
    if used is None:
        return _Wrong(
            output[0], f"no step of this job has the id {output[0]}, so the digest is empty", _maker(earlier, name)
        )
    if job.steps.index(used) >= here:
        return _Wrong(output[0], f"the step {output[0]} has not run yet, so the digest is empty", _maker(earlier, name))
    built = [one for one in used.happenings if isinstance(one, Build)]
    if len(built) != 1 or built[0].names is None or _makes(built[0], name):
        return None
    right = _maker(earlier, name)
    if not right or right == output[0]:
        return None
    return _Wrong(output[0], f"the step {right} built that, but the digest is that of {output[0]}", right)


def _maker(builds: list[Build], name: Name) -> str:
    """The id of the one step that makes that name; "" when none or several do."""
    exact = [build.step for build in builds if any(made.tagged == name.tagged for made in build.names or ())]
    by_repository = [
        build.step for build in builds if any(made.repository == name.repository for made in build.names or ())
    ]
    found = exact or by_repository
    return found[0] if len(found) == 1 else ""


def _makes(build: Build, name: Name) -> bool:
    """Whether this build makes that name; a tag that is only a hole may be any."""
    return any(
        made.repository == name.repository
        and (not name.tag or not made.tag or made.tag == name.tag or _whole_list(made.tag))
        for made in build.names or ()
    )


def _whole_list(tag: str) -> bool:
    return (output := step_output(tag)) is not None and output[1] != "version" and HOLE.fullmatch(tag) is not None


def _reads(source: SourceText, step: Step, used: str) -> list[Place]:
    if step.node is None:
        return []
    text, place = source.text, step.node.place
    pattern = re.compile(rf"(?<![\w.-])steps\.({re.escape(used)})\.outputs\.digest(?![\w-])")
    return [Place(found.start(1), found.end(1)) for found in pattern.finditer(text, place.start, place.end)]


def _place(source: SourceText, step: Step, used: str) -> Place | None:
    return next(iter(_reads(source, step, used)), None)


def _fix(source: SourceText, step: Step, wrong: _Wrong) -> Fix | None:
    reads = _reads(source, step, wrong.used)
    return Fix(tuple(Edit(place, wrong.right) for place in reads)) if wrong.right and reads else None
