"""`provenance lint`: reads CI files, says what their images will not have, and fixes it."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli.exit_codes import FAILED, OK, UNCHECKED
from bot.cli.runner_log import without_commands
from bot.errors import UsageError
from bot.workflows.formats import FORMATS, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.workflows.lint_source import LintSource
    from bot.workflows.linted_file import LintedFile
    from bot.workflows.rules import LintFinding

HELP: Final = "read CI files, build files and scripts, and say what the images that they build will lack"

TEXT: Final = next(iter(FORMATS))
"""The format for people."""

EXAMPLES: Final = """\
  provenance lint .                                     # the CI files of a repository
  provenance lint --diff . | git apply                  # apply all fixes; --fix writes the files itself
  provenance lint --explain workflow-sign-wrong-step    # why, and what to do
  provenance lint --format sarif . > lint.sarif         # for code scanning

exit code: 0 nothing found, or only info; 1 findings; 2 wrong usage; 3 nothing found, but a file could not be read
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a file, or a folder with CI files in it")
    parser.add_argument(
        "--all", action="store_true", help="read tests, examples, fixtures and compose files for development, too"
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default=TEXT, help="default: text")
    parser.add_argument("--fix", action="store_true", help="fix what can be fixed, and say what is left")
    parser.add_argument("--diff", action="store_true", help="print the patch instead of the findings, for git apply")
    parser.add_argument("--explain", metavar="RULE", help="say what a rule is about and what to do, and nothing else")
    parser.add_argument("--rules", action="store_true", help="print the table of all rules, and nothing else")
    parser.add_argument("--strict", action="store_true", help="exit with 1 for findings of severity info too")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES


def run(arguments: argparse.Namespace) -> int:
    """Look at the files. Raises UsageError when one does not exist, and when the rule to explain is not known."""
    if arguments.rules:
        _put(_table())
        return OK
    if arguments.explain:
        _put(_explained(arguments.explain))
        return OK
    if arguments.diff and arguments.format != TEXT:
        raise UsageError(f"--diff prints a patch, so --format {arguments.format} would have no effect; leave one out")
    found = _look(arguments.paths, everything=arguments.all)
    troubles = [file.trouble for file in found if file.trouble]
    for trouble in troubles:
        _say(trouble)
    if arguments.diff:
        _put("".join(_patches(found)))
    if arguments.fix:
        found = _fixed(found, arguments.paths, everything=arguments.all)
    findings = [finding for file in found for finding in file.findings]
    if not arguments.diff:
        _put(without_commands(render(arguments.format, findings, troubles, _source(found)), arguments.format))
    return _code(findings, unread=bool(troubles), strict=arguments.strict)


def _source(found: "list[LintedFile]") -> "LintSource":
    """What can be shown beside the findings."""
    from bot.cli.output import display_of  # noqa: PLC0415 - not for --help
    from bot.workflows.lint_source import LintSource  # noqa: PLC0415

    display = display_of()
    files = {file.name: file for file in found}

    def patch(finding: "LintFinding") -> str:
        file = files.get(finding.file)
        return file.patch_of(finding) if file and finding.fixable else ""

    texts = {name: file.text for name, file in files.items()}
    return LintSource(texts, patch, colours=display.terminal and display.colours)


def _look(paths: list[Path], *, everything: bool) -> "list[LintedFile]":
    from bot.workflows.project import Project  # noqa: PLC0415 - not for --help

    if not paths:
        raise UsageError("say which files or folders to look at, e.g. `provenance lint .`")
    return list(Project(Path.cwd(), everything).lint(paths))


def _patches(found: "list[LintedFile]") -> "Iterator[str]":
    """A patch has to be true to the byte, so one that GitHub's runner would take for a command is left out."""
    for file in found:
        if file.patch == without_commands(file.patch):
            yield file.patch
        else:
            _say(f"{file.name}: the patch is not printed, because a line of it is a command for GitHub's runner")


def _table() -> str:
    from bot.workflows.formats import table  # noqa: PLC0415 - asked for rarely
    from bot.workflows.rules import catalogue  # noqa: PLC0415

    return table.render(catalogue())


def _explained(id_: str) -> str:
    from bot.workflows.formats import explain  # noqa: PLC0415 - asked for rarely
    from bot.workflows.rules import catalogue  # noqa: PLC0415

    rules = {rule.id: rule for rule in catalogue()}
    if id_.lower() in rules:
        return explain.render(rules[id_.lower()])
    from difflib import get_close_matches  # noqa: PLC0415 - only for a name that is not known

    close = get_close_matches(id_, rules, n=1)
    raise UsageError(f"unknown rule {id_!r}; {f'did you mean {close[0]}?' if close else 'see provenance lint --rules'}")


def _put(text: str) -> None:
    """In UTF-8, whatever the locale is: a patch has to be true to the byte."""
    sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
    sys.stdout.flush()


def _say(sentence: str) -> None:
    from bot.workflows.formats.text import printable  # noqa: PLC0415 - not for --help

    print(without_commands(f"provenance: {printable(sentence)}"), file=sys.stderr)


def _code(findings: "list[LintFinding]", *, unread: bool, strict: bool) -> int:
    from bot.file_rule import Severity  # noqa: PLC0415 - not for --help

    if any(strict or finding.severity is not Severity.INFO for finding in findings):
        return FAILED
    return UNCHECKED if unread else OK


def _fixed(found: "list[LintedFile]", paths: list[Path], *, everything: bool) -> "list[LintedFile]":
    """Write what can be fixed, and look again."""
    for file in found:
        fixed = file.fixed
        if fixed == file.text:
            continue
        try:
            _write(file.path, fixed)
        except OSError as error:
            _say(f"{file.name} is left as it was: {error.strerror}")
        else:
            _say(f"{file.name} is fixed")
    return _look(paths, everything=everything)


def _write(path: Path, text: str) -> None:
    """The whole file or nothing: beside it first, with its mode, then in its place. A link stays a link."""
    import tempfile  # noqa: PLC0415 - only for --fix

    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        beside.chmod(target.stat().st_mode & 0o7777)
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
