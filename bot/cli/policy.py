"""`provenance policy`: validate a policy file, or explain which rules apply to an image."""

import argparse
import sys
from pathlib import Path
from typing import Final

from bot.cli.exit_codes import USAGE
from bot.cli.runner_log import without_commands
from bot.errors import SettingsError

HELP: Final = "check a policy file, or explain which rules apply to an image"

EXAMPLES: Final = """\
  provenance policy check policy.yaml
  provenance policy explain quay.io/microcks/microcks:1.15.0
  provenance policy explain --policy policy.yaml quay.io/microcks/microcks:1.15.0

Without --policy, `explain` uses the file of PROVENANCE_POLICY, else the built-in policy.
exit code: 0, or 2 if the file is not valid
"""

CHECK: Final = "validate the file, and report errors with line and key"

CHECKED: Final = """\
Errors name file, line and key. Warnings are about what is allowed but probably a mistake: an entry that
another one hides, groups that overlap, a key, a rule or a waiver that has no effect, a pattern that matches everybody,
an expired waiver.

exit code: 0, with warnings too; 2 if the file is not valid
"""

EXPLAIN: Final = "show which entry applies to an image, and its rules"

EXPLAINED: Final = """\
  policy     the entry that applies: the first one that matches the image
  hidden     later entries that also match, and are not used
  require    rules that decide between pass and fail; advise: between pass and warn
  skipped    in the list, but the policy does not set what the rule compares with
  waived     may fail until that day, inclusive; expired: no longer
  release    to which release the image belongs; with: the other images that it should have

exit code: 0; 2 if the file or the image name is not valid
"""

_AS_WRITTEN: Final = argparse.RawDescriptionHelpFormatter


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two subcommands, each with its arguments."""
    parser.formatter_class = _AS_WRITTEN
    parser.epilog = EXAMPLES
    words = parser.add_subparsers(dest="word", required=True, metavar="check|explain")
    check = words.add_parser("check", help=CHECK, description=CHECK, epilog=CHECKED, formatter_class=_AS_WRITTEN)
    check.add_argument("file", type=Path, metavar="FILE", help="the policy file, YAML")
    explain = words.add_parser(
        "explain", help=EXPLAIN, description=EXPLAIN, epilog=EXPLAINED, formatter_class=_AS_WRITTEN
    )
    explain.add_argument("image", metavar="IMAGE", help="an image name, with a tag if entries match tags")
    explain.add_argument("--policy", type=Path, metavar="FILE", help="a policy file instead of PROVENANCE_POLICY's")


def run(arguments: argparse.Namespace) -> int:
    """Raises UsageError for an invalid image name, SettingsError for an invalid policy file in `explain`."""
    return _check(arguments.file) if arguments.word == "check" else _explain(arguments)


def _check(file: Path) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415 - not for --help

    from bot.policy.file import read_policy  # noqa: PLC0415
    from bot.policy.warnings import warnings  # noqa: PLC0415

    try:
        policies = read_policy(file)
    except SettingsError as error:
        print(without_commands(str(error)), file=sys.stderr)  # one line per error
        return USAGE
    for warning in (*warnings(policies, datetime.now(UTC).date()), *_unpolled(policies.watched())):
        print(without_commands(str(warning)))
    entries, waivers = len(policies.file.images), len(policies.file.waivers)
    counts = f"{entries} {'entry' if entries == 1 else 'entries'}, {waivers} waiver{'' if waivers == 1 else 's'}"
    print(without_commands(f"{file.name}: valid; {counts}"))
    return 0


def _unpolled(globs: tuple[str, ...]) -> list[str]:
    """What entries with `watch` match and polling cannot find; webhooks may announce it."""
    from bot.intake.watch_list import fixed_watches  # noqa: PLC0415
    from bot.polling.targets import refusals  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    try:
        apis = load().tag_apis
    except SettingsError:  # the file may be right where the environment is not
        apis = {}
    return [f"watch: {refusal}" for watch in fixed_watches((), globs) for refusal in refusals(watch, apis)]


def _explain(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415

    from bot.oci.asked import parse_asked  # noqa: PLC0415
    from bot.policy.explain import explain  # noqa: PLC0415
    from bot.policy.source import policies_from  # noqa: PLC0415
    from bot.releases.explained import release_lines  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    image = parse_asked(arguments.image, layouts=True)
    policies = policies_from(arguments.policy or load().policy)
    print(without_commands(explain(policies, image, datetime.now(UTC).date())), end="")
    for line in release_lines(policies, image):
        print(without_commands(line))
    return 0
