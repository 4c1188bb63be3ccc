"""What is attached after the push to images of files that do nothing until another file runs them."""

from collections.abc import Mapping

from bot.workflows.ci_names import RUNNERS
from bot.workflows.model import CiFile, FileKind
from bot.workflows.run_by_ci import RUN_BY_OTHERS, run_by_ci
from bot.workflows.script_words import ReadScript
from bot.workflows.surroundings import attached_by, with_used


def attached_by_runners(
    named: Mapping[str, CiFile], bakers: Mapping[str, CiFile], read: dict[str, ReadScript]
) -> dict[str, frozenset[str]]:
    """For each such file, by its path in the repository, what the files that run it attach: "provenance", "sbom".

    `bakers` are the files that build what bake files say; `read` keeps what scripts name.
    """
    attaching: dict[str, CiFile] = {}
    paths = {id(file): path for path, file in named.items()}
    for file in (one for one in named.values() if one.kind in RUNNERS):
        used = with_used(file, lambda uses: _file_of(uses, named))
        if attached_by(used):
            attaching |= {paths[id(one)]: one for one in used}
    others = {path: file for path, file in named.items() if file.kind in RUN_BY_OTHERS}
    ran = run_by_ci({**attaching, **others}, (), read=read) if attaching and others else {}
    what = attached_by(attaching.values())
    found = {path: what for path, names in ran.items() if names}
    baked = attached_by(bakers.values())
    return found | {path: baked for path, file in named.items() if file.kind is FileKind.BAKE}


def _file_of(uses: str, named: Mapping[str, CiFile]) -> CiFile | None:
    """The workflow or action that `uses: ./…` means."""
    path = uses.removeprefix("./").rstrip("/")
    names = (path, f"{path}/action.yml", f"{path}/action.yaml")
    return next((named[one] for one in names if one in named), None)
