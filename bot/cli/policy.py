"""`provenance policy`: whether a policy file holds together, and what it asks of an image."""

import argparse
import sys
from pathlib import Path
from typing import Final

from bot.cli.failing import USAGE
from bot.errors import SettingsError

HELP: Final = "check a policy file, or explain what is asked of an image"

EXAMPLES: Final = """\
  provenance policy check policy.yaml
  provenance policy explain quay.io/microcks/microcks:1.15.0
  provenance policy explain --policy policy.yaml quay.io/microcks/microcks:1.15.0

Without --policy, the file of PROVENANCE_POLICY is explained, else the built-in policy.
exit code: 0, or 2 when the file does not hold together
"""

CHECK: Final = "read the file and say what does not fit, with line and key"

CHECKED: Final = """\
Errors name file, line and key. Remarks are about what is allowed but hardly meant: an entry that another
one hides, a list that no rule looks at, a pattern that fits everybody, a waiver that has ended.

exit code: 0, with remarks too; 2 when the file does not hold together
"""

EXPLAIN: Final = "say which entry counts for an image, and what it asks"

EXPLAINED: Final = """\
  policy     the entry that counts: the first whose match names the image
  hidden     entries further down that name it as well, and so have no say
  require    rules that decide between pass and fail; advise: between pass and warn
  skipped    asked, but the policy does not name what the rule compares with
  waived     may fail until that day, the day included; expired: no longer

exit code: 0; 2 when the file or the name does not hold together
"""

_AS_WRITTEN: Final = argparse.RawDescriptionHelpFormatter


def arguments(parser: argparse.ArgumentParser) -> None:
    """Two words, each with what it is about."""
    parser.formatter_class = _AS_WRITTEN
    parser.epilog = EXAMPLES
    words = parser.add_subparsers(dest="word", required=True, metavar="check|explain")
    check = words.add_parser("check", help=CHECK, description=CHECK, epilog=CHECKED, formatter_class=_AS_WRITTEN)
    check.add_argument("file", type=Path, metavar="FILE", help="the policy file, YAML")
    explain = words.add_parser(
        "explain", help=EXPLAIN, description=EXPLAIN, epilog=EXPLAINED, formatter_class=_AS_WRITTEN
    )
    explain.add_argument("image", metavar="IMAGE", help="an image's name, with its tag where entries name tags")
    explain.add_argument("--policy", type=Path, metavar="FILE", help="a policy file instead of PROVENANCE_POLICY's")


def run(arguments: argparse.Namespace) -> int:
    """Raises UsageError for a name that is none, SettingsError when a file to explain by does not hold together."""
    return _check(arguments.file) if arguments.word == "check" else _explain(arguments)


def _check(file: Path) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415 - not for --help

    from bot.policy.file import read_policy  # noqa: PLC0415
    from bot.policy.remarks import remarks  # noqa: PLC0415

    try:
        policies = read_policy(file)
    except SettingsError as error:
        print(error, file=sys.stderr)  # a line for each thing that does not fit
        return USAGE
    for remark in remarks(policies, datetime.now(UTC).date()):
        print(remark)
    entries, waivers = len(policies.file.images), len(policies.file.waivers)
    told = f"{entries} {'entry' if entries == 1 else 'entries'}, {waivers} waiver{'' if waivers == 1 else 's'}"
    print(f"{file.name}: holds together; {told}")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415

    from bot.oci.asked import parse_asked  # noqa: PLC0415
    from bot.policy.explain import explain  # noqa: PLC0415
    from bot.policy.source import policies_from  # noqa: PLC0415
    from bot.settings import load  # noqa: PLC0415

    image = parse_asked(arguments.image, layouts=True)
    policies = policies_from(arguments.policy or load().policy)
    print(explain(policies, image, datetime.now(UTC).date()), end="")
    return 0
