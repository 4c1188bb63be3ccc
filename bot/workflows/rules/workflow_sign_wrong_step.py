"""A sign step that takes its digest from another step than the one that built what it names."""

import re
from collections.abc import Iterator
from typing import TypeGuard

from msgspec import Struct

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.edits import Edit, Fix
from bot.workflows.images import Name
from bot.workflows.makers import Makers, makers_in
from bot.workflows.model import CiFile, Job, Step
from bot.workflows.operations import Sign
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.shell.values import Arg
from bot.workflows.text import Place, SourceText
from bot.workflows.unresolved import UNRESOLVED, job_output, step_output

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


_BEFORE = re.compile(r"[\w.-]")
_BEHIND = re.compile(r"[\w-]")
"""What makes an expression a part of a longer one."""


class _Wrong(Struct, frozen=True):
    """Why it is wrong to read that digest, and what to read instead ("" = we cannot tell)."""

    why: str
    right: str = ""


class _Spot(Struct, frozen=True):
    """Where a digest is read: the places in the file, and the command when there are none."""

    reads: tuple[Place, ...]
    command: Place | None


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every sign step whose images were built by another step of the same job, or of a job that it needs."""
    for job, step in context.steps():
        judged = [
            (sign, arg, name, _judge(context.file, job, step, name))
            for sign in step.operations
            if isinstance(sign, Sign)
            for name, arg in sign.images or ()
            if step_output(name.digest) or job_output(name.digest)
        ]
        if not any(wrong for *_, wrong in judged):  # as most: where it stands does not matter
            continue
        spots: dict[_Spot, list[tuple[Name, _Wrong | None]]] = {}
        for sign, arg, name, wrong in judged:
            spot = _spot(context.file.source, step, sign, arg, name.digest)
            spots.setdefault(spot, []).append((name, wrong))
        for spot, verdicts in spots.items():
            yield from _told(context, spot, verdicts)


def _told(context: LintContext, spot: _Spot, verdicts: list[tuple[Name, _Wrong | None]]) -> Iterator[LintFinding]:
    """One finding for each thing that is wrong; fixed where all that is read there agrees."""
    wrongs = list(dict.fromkeys(wrong for _, wrong in verdicts))
    for wrong in wrongs:
        if wrong:
            names = " and ".join(dict.fromkeys(name.tagged for name, one in verdicts if one == wrong))
            use = f": use ${{{{ {wrong.right} }}}}" if wrong.right else ""
            fix = Fix(tuple(Edit(place, wrong.right) for place in spot.reads))
            place = spot.command or spot.reads[0]
            fixes = spot.reads and wrong.right and len(wrongs) == 1
            yield rule.at(context, place, f"signing {names}: {wrong.why}{use}", fix=fix if fixes else None)


def _spot(source: SourceText, step: Step, sign: Sign, arg: Arg | None, digest: str) -> _Spot:
    """In the word that is signed, else in the step: its environment, or an action's input."""
    word = sign.script.place(arg.word.start, arg.word.end) if sign.script and arg else None
    expression = digest.removeprefix("${{ ").removesuffix(" }}")
    for where in (word, step.node.place if step.node else None):
        if where and (reads := tuple(_reads(source, expression, where))):
            return _Spot(reads, None)
    return _Spot((), sign.place)


def _reads(source: SourceText, expression: str, where: Place) -> Iterator[Place]:
    """The places of the expression, where it is not a part of a longer name."""
    text = source.text
    at = text.find(expression, where.start, where.end)
    while at >= 0:
        end = at + len(expression)
        if not _BEFORE.match(text, at - 1, at) and not _BEHIND.match(text, end, where.end):
            yield Place(at, end)
        at = text.find(expression, end, where.end)


def _judge(file: CiFile, job: Job, step: Step, name: Name) -> _Wrong | None:
    if needed := job_output(name.digest):
        return _judge_needed(file, job, needed, name)
    output = step_output(name.digest)
    return _judge_step(job, makers_in(job).places[id(step)], output[0], name) if _is_digest(output) else None


def _is_digest(output: tuple[str, str] | None) -> TypeGuard[tuple[str, str]]:
    return output is not None and output[1] == "digest"


def _judge_step(job: Job, before: int, id_: str, name: Name) -> _Wrong | None:
    """`before` is how many steps have run."""
    makers = makers_in(job)
    right = _maker(makers, name, before)
    instead = f"steps.{right}.outputs.digest" if right else ""
    used = job.step(id_)
    if used is None:
        return _Wrong(f"no step of the job {job.name} has the id {id_}, so the digest is empty", instead)
    if makers.places[id(used)] >= before:
        return _Wrong(f"the step {id_} has not run yet, so the digest is empty", instead)
    built = [one for one in used.operations if isinstance(one, Build)]
    if len(built) != 1 or built[0].names is None or _makes(built[0], name) or right in {"", id_}:
        return None
    return _Wrong(f"the step {right} built that, but the digest is that of {id_}", instead)


def _judge_needed(file: CiFile, job: Job, needed: tuple[str, str], name: Name) -> _Wrong | None:
    """A digest that another job hands over."""
    id_, output = needed
    other = file.job(id_)
    if id_ not in job.needs:
        return _Wrong(f"the job {job.name} does not need {id_}, so the digest is empty")
    if other is None or other.calls:
        return None
    said = dict(other.outputs)
    if output not in said:
        return _Wrong(f"the job {id_} has no output {output}, so the digest is empty")
    inner = step_output(said[output])
    wrong = _judge_step(other, len(other.steps), inner[0], name) if _is_digest(inner) else None
    if wrong is None:
        return None
    right = next((one for one, text in said.items() if wrong.right and text == f"${{{{ {wrong.right} }}}}"), "")
    return _Wrong(wrong.why, f"needs.{id_}.outputs.{right}" if right else "")


def _maker(makers: Makers, name: Name, before: int) -> str:
    """The id of the one step that makes that name; "" when none or several do."""
    exact = [build.step for build in makers.of_tagged(name, before) if build.step]
    found = exact or [build.step for build in makers.of_repository(name, before) if build.step]
    return found[0] if len(found) == 1 else ""


def _makes(build: Build, name: Name) -> bool:
    """Whether this build makes that name; a tag that is only an unresolved part may be any."""
    return any(
        made.repository == name.repository
        and (not name.tag or not made.tag or made.tag == name.tag or _whole_list(made.tag))
        for made in build.names or ()
    )


def _whole_list(tag: str) -> bool:
    return (output := step_output(tag)) is not None and output[1] != "version" and UNRESOLVED.fullmatch(tag) is not None
