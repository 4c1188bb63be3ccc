"""The fixes of one image: failures that one change fixes are told together. No I/O.

Failures belong together if their diffs change the same workflow file, else if what to paste is the same but for the
names of the images, else if the same rule fails for the same cause.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.oci.reference import DIGEST, Reference
from bot.remedies.login import for_any_registry
from bot.render.advice import Advice, advice_for
from bot.report import Report, Result
from bot.values import replace

_ELSEWHERE: Final = re.compile(r"[\w.:-]+/PATH(?=[:@])")
"""The same repository in another registry: each of two that differ names the other one."""


class ImageFix(Struct, frozen=True):
    """One change, and the failed results that it fixes, the worst first."""

    key: str
    results: tuple[Result, ...]
    diff: str = ""  # the one change of the workflow that fixes all of them; "" if a single result has it all

    @property
    def is_required(self) -> bool:
        """Whether the verdict depends on it."""
        return self.results[0].required

    @property
    def advice(self) -> Advice:
        """What to do, as the worst failure says it; what is to be pasted is about all of them."""
        advice = advice_for(self.results[0])
        return replace(advice, snippet=self.diff, language="diff") if self.diff else advice

    @property
    def texts(self) -> tuple[str, ...]:
        """What each failure says is to be done, each sentence once."""
        return tuple(dict.fromkeys(filter(None, (advice_for(result).text for result in self.results))))


def image_fixes(report: Report) -> tuple[ImageFix, ...]:
    """All of them: what is required first, then the worst."""
    found: dict[str, list[Result]] = {}
    for result in report.told():
        found.setdefault(fix_key(report, result), []).append(result)
    return tuple(ImageFix(key, tuple(results), joined_diff(report, results)) for key, results in found.items())


def joined_diff(report: Report, results: Sequence[Result]) -> str:
    """The diff of all files that the results' own diffs change; each of those is about one result alone.

    "" if there is one result, or if the report has no such diff.
    """
    files = {one.path for result in results for one in result.patches if one.diff}
    return "".join(one.diff for one in report.patches if one.path in files) if len(results) > 1 else ""


def fix_key(report: Report, result: Result) -> str:
    """The same for failures, of any images, that one change fixes."""
    files = sorted({f"{one.repository}/{one.path}" for one in result.patches if one.diff})
    if files:
        parts = ["files", *files]
    elif snippet := advice_for(result).snippet:
        parts = ["snippet", _without_names(snippet, report)]
    else:
        parts = ["rule", result.rule, result.causes[0].cause if result.causes else ""]
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]


def _without_names(snippet: str, report: Report) -> str:
    """What to paste, without what differs from image to image: names, digests, platforms, and how to log in."""
    snippet = for_any_registry(snippet)
    names = {report.image: "IMAGE", report.image.partition("@")[0]: "IMAGE"}
    names |= {",".join(one.platform for one in report.platforms): "PLATFORMS"}
    with suppress(InvalidReferenceError):
        image = Reference.parse(report.image)
        names |= {image.name: "NAME", image.repository: "PATH", image.registry: "REGISTRY"}
    snippet = DIGEST.sub("DIGEST", snippet)
    for name, stands_for in sorted(names.items(), key=lambda pair: -len(pair[0])):
        snippet = snippet.replace(name, stands_for) if name else snippet
    return _ELSEWHERE.sub("SISTER", snippet.replace("IMAGE@DIGEST", "IMAGE"))
