"""A job that signs without a key, and may not ask for the identity token that this needs."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.editors.table import add_block, add_entry
from bot.workflows.edits import Fix, insert, replace
from bot.workflows.model import CiFile, FileKind, Job, Permissions
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.operations import Sign
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="Keyless signing without an identity token",
    severity=Severity.HIGH,
    rationale=(
        "Keyless signing needs the CI system's identity token. GitHub gives it only to jobs with the permission "
        "id-token: write, GitLab only to jobs that name it in id_tokens; without it the sign step fails."
    ),
    remediation=Remediation(
        "Give the job the permission; in GitLab, let it ask for the token.",
        "# GitHub Actions\npermissions:\n  contents: read\n  id-token: write\n"
        "# GitLab CI\nid_tokens:\n  SIGSTORE_ID_TOKEN: { aud: sigstore }",
        "yaml",
    ),
    explains=frozenset({"signature-missing", "attestation-unsigned"}),
    references=(
        "https://docs.github.com/en/actions/concepts/security/openid-connect",
        "https://docs.gitlab.com/ci/yaml/signing_examples/",
    ),
)

_WANTED = {FileKind.GITHUB: "id-token: write", FileKind.GITLAB: "id_tokens with SIGSTORE_ID_TOKEN"}


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every job that signs, itself or in what it calls, and that surely gets no token."""
    file = context.file
    if file.kind not in _WANTED or (file.kind is FileKind.GITLAB and not file.whole):  # what is included may give it
        return
    for job in file.jobs:
        keyless = [one for _, one in context.everything(job) if isinstance(one, Sign) and one.keyless]
        permissions = job.permissions or file.permissions
        if not keyless or (permissions is None and (file.callable or file.kind is FileKind.GITLAB)):  # its caller's
            continue
        if permissions is None and job.calls and _asks_itself(context, job):
            continue
        if permissions is None or permissions.grants("id-token") is False:
            where = job.permissions.place if job.permissions else job.place
            message = f"{keyless[0].tool} needs {_WANTED[file.kind]}, which the job {job.name} does not have"
            yield rule.at(context, where, message, fix=_fix(file, job))


def _asks_itself(context: LintContext, job: Job) -> bool:
    """Whether the called workflow says the permission: a caller that says nothing does not take it away."""
    called = context.follow(job.calls)
    return called is not None and all(
        (permissions := one.permissions or called.permissions) is not None
        and permissions.grants("id-token") is not False
        for one in called.jobs
        if any(isinstance(operation, Sign) for operation in one.operations)
    )


def _fix(file: CiFile, job: Job) -> Fix | None:
    """One entry more in the job's permissions; else the workflow's ones, copied to the job, with one more."""
    own, common = job.permissions, file.permissions
    if file.kind is FileKind.GITLAB and job.node:
        return add_block(file.source, job.node, "id_tokens", {"SIGSTORE_ID_TOKEN": "{ aud: sigstore }"})
    if own:
        return _entry(file, own)
    if common is None or common.node is None or job.node is None:  # the default is not written anywhere
        return None
    scopes = {**dict(common.scopes), "id-token": "write"}
    return add_block(file.source, job.node, "permissions", scopes)


def _entry(file: CiFile, permissions: Permissions) -> Fix | None:
    table = permissions.node
    if table is None:
        return None
    if (said := table.scalar("id-token")) is not None:
        return replace(said.place, "write") if _plain(table, said) else None
    if not table.pairs:
        return insert(table.place.start + 1, "id-token: write", alone=True) if table.flow else None
    return add_entry(file.source, table, "id-token", "write", beside=("contents", "packages"))


def _plain(table: Mapping, said: Scalar) -> bool:
    return table.place.start <= said.place.start < table.place.end and not said.anchored and not said.style
