"""`provenance audit`: which images of some repositories have provenance, SBOM and signature, version by version."""

import argparse
from pathlib import Path
from typing import Final

from bot.render.audit import FORMATS

HELP: Final = "a table of many images: provenance, SBOM, signature and verdict, version by version"

EXAMPLES: Final = """\
REPOSITORY is a name without a tag, a glob such as quay.io/acme/* where the registry lists its repositories, or oci:PATH
for all images of a layout on disk. Without one, the repositories that the policy names.

  provenance audit quay.io/microcks/microcks --last 5
  provenance audit 'quay.io/microcks/*' --last 1
  provenance audit --policy policy.yaml --format csv > audit.csv
  provenance audit quay.io/acme/app --tags '1.*' --resume

Each version is compared with the one before it in its family (1.2.3 and 1.2.3-native are two), so that what was lost
between them fails. Tags that move by design, such as latest, are looked at with --rolling, or when --tags names them.
Images of one digest are looked at once. An audit that was stopped, or in which something could not be read, goes on
with --resume where it was, for 24 hours.

exit code: 0 no image fails, 1 a required rule failed, 2 wrong usage, 3 something could not be read or nothing was
audited
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at, the policy and the output."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("repositories", nargs="*", metavar="REPOSITORY", help="default: those of the policy")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the policy file; default: PROVENANCE_POLICY")
    parser.add_argument("--tags", action="append", default=[], metavar="GLOB", help="only these tags; may be repeated")
    parser.add_argument("--last", type=_count, default=0, metavar="N", help="the newest N versions of each family")
    parser.add_argument("--rolling", action="store_true", help="also tags that move by design")
    parser.add_argument("--resume", action="store_true", help="go on with the same audit where it was stopped")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help=f"default: {FORMATS[0]}")
    parser.add_argument("-q", "--quiet", action="store_true", help="print only the problems, without progress")


def run(arguments: argparse.Namespace) -> int:
    """Look, print, and return the exit code. Raises UsageError and SettingsError."""
    from bot.late_authorities import import_client  # noqa: PLC0415 - not for --help

    import_client()
    from bot.cli.auditing import run_audit  # noqa: PLC0415

    return run_audit(arguments)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:10]) <= 1_000_000:  # noqa: PLR2004
        raise argparse.ArgumentTypeError("expected a number from 1 to 1000000")
    return int(text)
