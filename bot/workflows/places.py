"""Which files of a repository are CI files, by their path alone."""

import posixpath
import re

from bot.workflows.kept import kept

_CI_FILE = re.compile(
    r"""workflows/[^/]+\.ya?ml
    | (?:.*/)?(?:
        \.(?:github|gitea|forgejo)/(?:workflows|actions/.+)/[^/]+\.ya?ml
        | action\.ya?ml
        | (?:docker-)?compose[^/]*\.ya?ml
        | (?:(?:[^/]*[.-])?docker-bake|bake)[^/]*\.(?:hcl|json) | [^/]+\.bake\.(?:hcl|json)
        | \.?goreleaser[^/]*\.ya?ml
        | \.gitlab-ci[^/]*\.ya?ml | \.gitlab/.+\.ya?ml
        | (?:GNU)?[Mm]akefile(?:\.(?!(?:am|in|PL|go|py|rb|js|ts|rs|java|md|txt|tmpl|tpl|j2|erb)\Z)[\w-]+)?
        | [^/]+\.(?:mk|make)
        | [^/]+\.(?:sh|bash)
        | package\.json
        | (?:Dockerfile|Containerfile)(?:[._-](?!(?:.*\.)?(?:go|py|rb|js|ts|rs|java|md|txt|json)\Z)[\w.-]+)?
        | [\w.-]+\.(?:Dockerfile|dockerfile)
    )""",
    re.VERBOSE,
)


def is_ci_file(path: str) -> bool:
    """Whether a path, that begins with the name of the folder which a person named, is one that we look at.

    A folder called workflows holds workflows, also when its parents were left out.
    """
    return _CI_FILE.fullmatch(path) is not None


_SCRIPT = re.compile(r"(?:.*/)?(?:scripts?|hack|bin|\.?ci|tools|release|build|make)/(?:.*/)?[\w-]+")
_SHELL = re.compile(r"#!.*\b(?:ba|da|k|z)?sh\b")


def may_be_script(path: str) -> bool:
    """Whether a file without an ending may be a shell script by the folder that it is in."""
    return _SCRIPT.fullmatch(path) is not None and not is_ci_file(path)


def is_shell(text: str) -> bool:
    """Whether the first line of a text says that a shell runs it."""
    return _SHELL.match(text) is not None


_UNREAD = re.compile(r"Jenkinsfile[\w.-]*|[\w.-]+\.[Jj]enkinsfile|Earthfile|\.drone\.(?:star|jsonnet)")
_JUSTFILE = re.compile(r"\.?(?:[Jj]ustfile|JUSTFILE)|[\w.-]+\.just")
_TASKFILE = re.compile(r"[Tt]askfile(?:[._-][\w.-]+)?\.ya?ml")


def is_unread(name: str) -> bool:
    """Whether a file's name says that it may build images in a language which is not read."""
    return _UNREAD.fullmatch(name) is not None


def is_justfile(name: str) -> bool:
    """Whether a file's name says that `just` runs what is in it."""
    return _JUSTFILE.fullmatch(name) is not None


def is_tasks(name: str) -> bool:
    """Whether a file's name says that `task` or `just` runs what is in it."""
    return is_justfile(name) or _TASKFILE.fullmatch(name) is not None


def is_idle_workflow(path: str) -> bool:
    """Whether a workflow is in a folder of the repository in which nobody looks for one, such as that of a copy."""
    return re.match(r".+/\.(?:github|gitea|forgejo)/workflows/", path) is not None


_OTHER_CI = re.compile(
    r"""(?:.*/)?(?:
        cloudbuild[^/]*\.ya?ml | Jenkinsfile[^/]* | \.travis\.yml | \.drone\.\w+ | \.cirrus\.yml | \.prow[^/]*\.ya?ml
        | \.?azure-pipelines[^/]*\.ya?ml | bitbucket-pipelines\.yml | appveyor\.yml | \.woodpecker\.ya?ml
        | \.(?:circleci|buildkite|azure-pipelines|woodpecker|semaphore|tekton|prow)/.+
    )""",
    re.VERBOSE,
)


def is_other_ci_file(path: str) -> bool:
    """Whether a path is that of a CI configuration of which we read the scripts at most; it may run others."""
    return _OTHER_CI.fullmatch(path) is not None


def is_other_pipeline(path: str) -> bool:
    """Whether it is one whose scripts are read: those in YAML."""
    return path.endswith((".yml", ".yaml")) and is_other_ci_file(path)


_DOCKERFILE = re.compile(r"(?:Dockerfile|Containerfile)(?:[._-][\w.-]+)?|[\w.-]+\.(?:Dockerfile|dockerfile)")


def is_dockerfile(name: str) -> bool:
    """Whether a file's name says that it is one."""
    return _DOCKERFILE.fullmatch(name) is not None and not name.endswith((".md", ".sh", ".yml", ".yaml", ".json"))


def dockerfile_in(context: str, file: str) -> str:
    """The path of a build's Dockerfile, as its context and its flag say it; "" where they do not tell."""
    path = file or f"{context or '.'}/Dockerfile"
    told = not any(sign in f"{context} {file}" for sign in ("$", "{{", "://", "@"))
    return posixpath.normpath(path) if told and not path.startswith(("/", "-")) else ""


_ASIDE = {
    *(
        "test",
        "tests",
        "testing",
        "testdata",
        "test-data",
        "__tests__",
        "e2e",
        "integration-tests",
        "integration_tests",
        "it",
    ),
    *("fixture", "fixtures", "example", "examples", "sample", "samples", "demo", "demos", "tutorial", "tutorials"),
    *("doc", "docs", "documentation", "website", "contrib", "benchmark", "benchmarks", ".devcontainer", "dev"),
    *("vendor", "third_party", "third-party"),
}
_DEVELOPMENT = re.compile(
    r"(?:docker-)?compose[-_.](?:.*[-_.])?(?:dev|development|local|test|tests|testing|ci|e2e|debug|override|example)"
    r"(?:[-_.].*)?\.ya?ml"
)


@kept
def is_aside(path: str) -> bool:
    """Whether a path inside of the folder that a person named is beside the product, and publishes nothing of it.

    The CI system's own files are never aside, whatever they are called.
    """
    *folders, name = path.split("/")
    if folders[:1] and folders[0] in {".github", ".gitea", ".forgejo", ".gitlab"}:
        return False
    return bool(_ASIDE & {folder.lower() for folder in folders}) or _DEVELOPMENT.fullmatch(name) is not None
