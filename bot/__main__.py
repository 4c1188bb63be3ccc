"""The `provenance` command."""

import sys


def main() -> int:
    """Run the subcommand that the command line names; its exit code is ours."""
    return 0


if __name__ == "__main__":
    sys.exit(main())
