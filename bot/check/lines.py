"""What the workflow tells about a rule that failed: the lines that explain it, and the patch that fixes them."""

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.check.workflow import Seen
from bot.context import WorkflowFinding
from bot.report import LineSummary, PatchSummary
from bot.workflows.leaking import leaks

if TYPE_CHECKING:  # heavy, and only there when a file was read
    from bot.workflows.images import Name
    from bot.workflows.operations import ImageOperation
    from bot.workflows.rules import LintFinding
    from bot.workflows.source import Looked

LINES_MAX: Final = 10
"""Lines that are told for one rule."""

PATCHES_MAX: Final = 3
"""Files that one rule's failure is fixed in."""

DIFF_MAX: Final = 32_000
"""Characters of one diff in a report; 500 lines of a workflow have about 20,000."""


TEXT_MAX: Final = 100_000
"""Characters of a file that is fixed here; more would take seconds, and nobody writes such a workflow."""

ELSEWHERE: Final = "`provenance lint --diff` prints the diff in the repository"


def witnesses(seen: Seen | None, image: str) -> tuple[WorkflowFinding, ...]:
    """Everything that is wrong with the steps that make that image, for the causes. `image` without tag."""
    is_about = _about(seen, image)
    return tuple(
        WorkflowFinding(finding.rule, finding.file, finding.line, finding.message, finding.reason or "")
        for looked in (seen.looked if seen else ())
        for finding in looked.findings
        if is_about(finding, looked)
    )


def lines(seen: Seen | None, rule: str, image: str) -> tuple[LineSummary, ...]:
    """Those that explain why that rule failed."""
    is_about = _about(seen, image)
    found = [
        LineSummary(
            rule=finding.rule,
            path=finding.file,
            line=finding.line,
            column=finding.column,
            message=finding.message,
            url=f"{looked.file.page}#L{finding.line}",
        )
        for looked in (seen.looked if seen else ())
        for finding in _explaining(looked, frozenset({rule}))
        if is_about(finding, looked)
    ]
    return tuple(found[:LINES_MAX])


def patches(seen: Seen | None, rules: Collection[str], image: str) -> tuple[PatchSummary, ...]:
    """One for each file in which a line that explains these rules can be fixed; it fixes its other images, too."""
    return tuple(islice(_patches(seen, frozenset(rules), image), PATCHES_MAX)) if seen else ()


def _patches(seen: Seen, rules: frozenset[str], image: str) -> Iterator[PatchSummary]:
    from bot.workflows.find import diff  # noqa: PLC0415 - heavy

    is_about = _about(seen, image)
    for looked in seen.looked:
        found = [finding for finding in _explaining(looked, rules) if finding.fix]
        if not any(is_about(finding, looked) for finding in found):
            continue
        small = len(looked.text) <= TEXT_MAX
        text = diff(looked.file.path, looked.text, found, looked.follow, looked.around) if small else ""
        reason = why_not_shown(text) if small else f"the file has {len(looked.text)} characters; {ELSEWHERE}"
        yield PatchSummary(
            repository=f"{looked.file.owner}/{looked.file.repository}",
            path=looked.file.path,
            revision=looked.file.revision,
            url=looked.file.page,
            diff="" if reason else text,
            reason=reason,
        )


def _explaining(looked: "Looked", rules: frozenset[str]) -> "list[LintFinding]":
    from bot.workflows.find import explains  # noqa: PLC0415 - heavy

    return [finding for finding in looked.findings if rules & explains(finding)]


def _about(seen: Seen | None, image: str) -> "Callable[[LintFinding, Looked], bool]":
    """Whether a line may be about this image: a step that is known to make another one is not.

    Where no step names the image, as one that was copied from elsewhere, those are meant that make one of its path.
    """
    every = [name.repository for looked in (seen.looked if seen else ()) for name in _all_names(looked)]
    is_named = any(repository == image or "$" in repository for repository in every)

    def is_same(name: "Name") -> bool:
        if is_named:
            return name.repository == image or "$" in name.repository
        return name.repository.partition("/")[2] == image.partition("/")[2]

    def is_about(finding: "LintFinding", looked: "Looked") -> bool:
        names = [
            name
            for operation in _operations(looked)
            if looked.content.source.position(operation.place.start)[0] == finding.line
            for name in _names(operation)
        ]
        return not names or any(map(is_same, names))

    return is_about


def _operations(looked: "Looked") -> "Iterator[ImageOperation]":
    return (operation for job in looked.content.jobs for operation in job.operations)


def _all_names(looked: "Looked") -> "Iterator[Name]":
    return (name for operation in _operations(looked) for name in _names(operation))


def _names(operation: "ImageOperation") -> "tuple[Name, ...]":
    """What it makes, pushes, copies to or signs; empty when that is not known."""
    signed = tuple(name for name, _ in getattr(operation, "images", None) or ())
    one = getattr(operation, "name", None)
    return (*(getattr(operation, "names", None) or ()), *((one,) if one else ()), *signed)


def why_not_shown(diff: str) -> str:
    """A sentence for a diff that is too long, or that would show a secret; else ""."""
    if len(diff) > DIFF_MAX:
        return f"the diff has {len(diff)} characters; {ELSEWHERE}"
    if any(leaks(line[1:]) for line in diff.splitlines()):
        return f"a line beside the change looks like a secret; {ELSEWHERE}"
    return ""
