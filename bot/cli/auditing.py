"""Runs `provenance audit`."""

import argparse
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from bot.check.audit.memory import NoMemory, RowMemory
from bot.check.audit.run import Auditor
from bot.check.audit.scope import AuditScope, repositories_of, repository
from bot.cli.audit_globs import Expanded, expand, is_glob
from bot.cli.audit_memory import AuditMemory
from bot.cli.event_loop import result_of
from bot.cli.exit_codes import FAILED, OK, UNCHECKED
from bot.cli.looking import open_looker
from bot.cli.output import display_of, write
from bot.cli.runner_log import without_commands
from bot.errors import SettingsError, UsageError
from bot.oci.reference import Reference
from bot.oci.transports import refuse_path
from bot.policy import Policies
from bot.policy.source import policies_from
from bot.render.audit import render
from bot.render.plain import plain
from bot.report.audit import Audit, Judged
from bot.settings import Settings
from bot.settings_source import load
from bot.signatures.roots.fingerprint import fingerprint
from bot.version import own_build


def run_audit(arguments: argparse.Namespace) -> int:
    """Raises UsageError and SettingsError before any request."""
    logging.getLogger("bot").addHandler(logging.NullHandler())  # the table has everything that matters
    settings = load()
    file = arguments.policy or settings.policy
    policies = policies_from(file)
    repositories, globs = _repositories(arguments.repositories, policies)
    scope = AuditScope(tuple(arguments.tags), arguments.last, arguments.rolling)
    names = sorted((*(one.name for one in repositories), *globs))
    asked = [*names, repr(scope), *deciding(policies, settings, has_file=file is not None)]
    with _memory(settings, asked, resume=arguments.resume) as memory:
        audit = result_of(
            _audit(
                repositories,
                globs,
                scope,
                settings=settings,
                policies=policies,
                memory=NoMemory() if memory is None else memory,
                quiet=arguments.quiet,
            )
        )
        if audit.is_complete and memory is not None:
            memory.forget()
    write(render(arguments.format, audit, display_of(quiet=arguments.quiet)), arguments.format)
    if not audit.is_complete and sys.stderr.isatty():
        print("not everything could be read; --resume asks only for that again", file=sys.stderr)
    return exit_code(audit)


def exit_code(audit: Audit) -> int:
    """1 if an image fails, else 3 if something could not be read or nothing was audited, else 0.

    Images from before a rule do not fail.
    """
    if any(row.verdict is Judged.FAIL for row in audit.rows):
        return FAILED
    is_known = audit.rows and not audit.unlisted and all(row.verdict is not Judged.UNKNOWN for row in audit.rows)
    return OK if is_known else UNCHECKED


def deciding(policies: Policies, settings: Settings, *, has_file: bool) -> tuple[str, ...]:
    """What besides the images decides what the rows say: the program, the policy, its keys, and the trusted roots.

    Also how much of a document is read, and which code host is asked.
    """
    policy = _version(policies) if has_file else ""
    limits = f"{settings.statement_max} {settings.sbom_max} {settings.github_api}"
    return (policy, own_build(), fingerprint(settings.root_options()), limits)


def _version(policies: Policies) -> str:
    from bot.policy.file import FilePolicies  # noqa: PLC0415 - ruamel.yaml and cryptography are there with a file alone

    return policies.version if isinstance(policies, FilePolicies) else ""


def _repositories(words: Sequence[str], policies: Policies) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """The repositories, each once, and the globs that mean others."""
    if words:
        globs = tuple(word for word in words if is_glob(word))
        for word in words:
            refuse_path(word.removeprefix("@"), reads_lists=False)
        found = {one.name: one for one in map(repository, (word for word in words if word not in globs))}
        return tuple(found.values()), globs
    named, wild = repositories_of(policies)
    if not named and not wild:
        raise UsageError("name a repository, a glob such as quay.io/acme/*, or a policy that names some")
    return named, wild


@contextmanager
def _memory(settings: Settings, asked: Sequence[str], *, resume: bool) -> Iterator[AuditMemory | None]:
    """Where the rows are kept. Nowhere if that folder does not exist, unless somebody wants to resume."""
    try:
        memory = AuditMemory(settings.audit_cache, asked, resume=resume)
    except SettingsError as error:
        if resume:
            raise
        print(without_commands(f"provenance: this audit cannot be resumed: {plain(str(error))}"), file=sys.stderr)
        yield None
        return
    with closing(memory):
        yield memory


async def _audit(  # noqa: PLR0913 - all that an audit is made of
    repositories: Sequence[Reference],
    globs: Sequence[str],
    scope: AuditScope,
    *,
    settings: Settings,
    policies: Policies,
    memory: RowMemory,
    quiet: bool,
) -> Audit:
    async with open_looker(settings, policies) as looker:
        with _progress(wanted=not quiet) as watch:
            auditor = Auditor(looker, scope, lambda: datetime.now(UTC), memory, watch)
            expanded = await expand(globs, looker.catalogue) if looker.catalogue else Expanded()
            audit = await auditor.audit(expanded.joined(repositories), expanded.notes)
            return audit.model_copy(update={"unlisted": (*audit.unlisted, *expanded.unlisted)})


@contextmanager
def _progress(*, wanted: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, on a terminal only."""
    if not wanted or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("listing tags", total=None)

        def watch(done: int, total: int) -> None:
            bar.update(task, description="images", completed=done, total=total)

        yield watch
