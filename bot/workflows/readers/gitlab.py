"""GitLab CI pipelines: every job's scripts.

https://docs.gitlab.com/ci/yaml/
"""

import re
from collections.abc import Iterator
from functools import partial

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.model import CiFile, FileKind, Job, Permissions, Step
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence, scalars
from bot.workflows.operations import Sign, UnreadPush
from bot.workflows.readers.scripts import run_through
from bot.workflows.shell.script import Script, of_scalar
from bot.workflows.shell.values import LENGTH_MAX
from bot.workflows.text import SourceText
from bot.workflows.tools.cosign import of_image

_SCRIPTS = ("before_script", "script", "after_script")
SCRIPTS_MAX = 512 * 1024
"""Characters of all jobs' scripts together."""

_REQUEST = frozenset({"pull_request"})
_OF_REQUESTS = re.compile(
    r"\$CI_PIPELINE_SOURCE\s*==\s*[\"'](?:merge_request_event|external_pull_request_event)[\"'](?:\s*&&[^|]*)?"
    r"|\$CI_MERGE_REQUEST_I?ID(?:\s*&&[^|]*)?"
)
_ELSEWHERE = ("include", "trigger")
_MAKES_IMAGES = re.compile(
    r"(?:docker|container|image|kaniko|buildah|buildkit|podman)[\w-]*/(?:[\w-]*[-/])?(?:build|push|publish|release)"
    r"|(?:build|push|publish|release)[\w-]*(?:docker|container|image|kaniko|buildah|buildkit)"
    r"|(?:docker|container|image|kaniko|buildah|buildkit)[\w-]*(?:build|push|publish)|gitlab-ci-docker(?:$|\.)"
    r"|jobs/build\.(?:latest\.)?gitlab-ci|/docker(?:\.latest)?\.gitlab-ci"
)
_MAKES_NOTHING = re.compile(r"scan|lint|test|secur|clean|delete|prune|deploy|check|sign")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+)|\$)")


def is_pipeline(node: Mapping) -> bool:
    """Whether some job of it has a script."""
    return any(isinstance(value, Mapping) and any(value.get(key) for key in _SCRIPTS) for _, value in node.entries())


def read(source: SourceText, documents: tuple[Mapping, ...]) -> CiFile:
    """A pipeline; its first document may hold the inputs of a component (spec)."""
    jobs = tuple(job for document in documents for job in (*_jobs(source, document), *_taken_in(document)))
    nodes = [value for document in documents for _, value in document.entries() if isinstance(value, Mapping)]
    whole = not any(node.get(key) for node in (*documents, *nodes) for key in _ELSEWHERE)
    included = tuple(dict.fromkeys(path for document in documents for path in _included(document)))
    return CiFile(source, FileKind.GITLAB, jobs, whole=whole, included=included)


def _taken_in(document: Mapping) -> Iterator[Job]:
    """What other projects' files seem to build and push, by their names.

    https://docs.gitlab.com/ci/components/
    """
    written = document.get("include")
    items = written.items if isinstance(written, Sequence) else (written,)
    for item in items:
        keys = ("component", "template", "file") if isinstance(item, Mapping) else ()
        for key, one in ((key, item.scalar(key)) for key in keys if isinstance(item, Mapping)):
            path = _VARIABLE.sub("", one.value).partition("@")[0].lower() if one else ""
            if one and _MAKES_IMAGES.search(path) and not _MAKES_NOTHING.search(path):
                step = Step(one.place, operations=(UnreadPush(f"the image {key} {one.value}", one.place),))
                yield Job(one.value, one.place, (step,))


def _included(document: Mapping) -> Iterator[str]:
    """Files of this repository.

    https://docs.gitlab.com/ci/yaml/#include
    """
    given = document.get("include")
    for one in given.items if isinstance(given, Sequence) else (given,):
        text = one.value if isinstance(one, Scalar) else one.text("local") if isinstance(one, Mapping) else ""
        if text and "://" not in text and "$" not in text and "*" not in text:
            yield f"./{text.lstrip('/')}"


def _jobs(source: SourceText, document: Mapping) -> Iterator[Job]:
    env, default = _variables(document, {}), document.mapping("default")
    extended = _extended(document)
    for key, node, parts in _within_limit(source, document, default):
        found = [script for part in parts for script in _scripts(source, part)]
        done = run_through(source, found, _variables(node, env))
        cosign = of_image(_image(node) or _image(default) or _image(document))
        operations = (replace(one, cosign=cosign) if isinstance(one, Sign) else one for one in done.operations)
        idle = key.value.startswith(".") and key.value not in extended
        events = _REQUEST if _for_requests(node) else None
        step = Step(key.place, operations=tuple(operations), events=events)
        yield Job(key.value, key.place, (step,), _permissions(key, node, default), node=node, events=events, idle=idle)


def _extended(document: Mapping) -> set[str]:
    """The names of jobs that others extend."""
    tables = [node for _, node in document.entries() if isinstance(node, Mapping)]
    named = [node.get("extends") for node in tables]
    return {one.value for node in named if isinstance(node, Scalar | Sequence) for one in scalars(node)}


def _for_requests(node: Mapping) -> bool:
    """Whether only merge requests run a job, by its `rules` or its `only`."""
    rules = [rule for rule in node.sequence("rules") if isinstance(rule, Mapping) and rule.text("when") != "never"]
    if rules:
        return all(_OF_REQUESTS.fullmatch(rule.text("if").strip()) for rule in rules)
    only = node.get("only")
    names = [one.value for one in scalars(only)] if isinstance(only, Scalar | Sequence) else []
    return bool(names) and all(name in {"merge_requests", "external_pull_requests"} for name in names)


def _within_limit(
    source: SourceText, document: Mapping, default: Mapping | None
) -> list[tuple[Scalar, Mapping, list[Node]]]:
    """Each job with its scripts; those that all have in common are counted as often as they are run."""
    jobs, size = [], 0
    for key, node in document.entries():
        if document.get(key.value) is not node:  # the last one of a name counts
            continue
        if not isinstance(node, Mapping) or key.value == "default" or not any(node.get(part) for part in _SCRIPTS):
            continue
        common = document.get("before_script") or (default.get("before_script") if default else None)
        parts = (node.get("before_script") or common, node.get("script"), node.get("after_script"))
        jobs.append((key, node, [part for part in parts if part]))
        size += sum(len(text.value) + 1 for part in jobs[-1][2] for text in scalars(part))
        if size > SCRIPTS_MAX:
            raise MalformedError(f"{source.name}: its scripts are over the limit of {SCRIPTS_MAX} characters")
    return jobs


def _image(node: Mapping | None) -> str:
    """`image: name`, or a table with its name."""
    if node is None:
        return ""
    table = node.mapping("image")
    return table.text("name") if table else node.text("image")


def _permissions(key: Scalar, node: Mapping, default: Mapping | None) -> Permissions | None:
    """An identity token is asked for by name; None where another place may do it: templates, and what they fill."""
    if key.value.startswith(".") or node.get("extends") is not None:
        return None
    asked = node.get("id_tokens") or (default.get("id_tokens") if default else None)
    return Permissions((("id-token", "write" if asked else "none"),), "", None, key.place)


def _variables(node: Mapping, env: dict[str, str]) -> dict[str, str]:
    """What a table of variables adds to others; those in its texts are filled in, or spelt as unresolved parts are."""
    table = node.mapping("variables")
    found = dict(env)
    for name, value in table.flat().items() if table else ():
        text = value.get("value") if isinstance(value, Mapping) else value
        if isinstance(text, Scalar):
            found[name] = _VARIABLE.sub(partial(_filled, found), text.value[:LENGTH_MAX])[:LENGTH_MAX]
    return found


def _filled(held: dict[str, str], found: re.Match[str]) -> str:
    name = found[1] or found[2]
    return held.get(name, "${" + name + "}") if name else found[0]


def _scripts(source: SourceText, node: Node) -> Iterator[Script]:
    match node:
        case Scalar():
            yield of_scalar(source, node)
        case Sequence(items=items):
            for item in items:
                yield from _scripts(source, item)
