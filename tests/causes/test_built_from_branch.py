"""A version that was built from a branch."""

from tests.causes.showing import hides, shows
from tests.rules.test_provenance_commit_mismatch import OTHER, tagged

ID, RULE = "built-from-branch", "provenance-commit-mismatch"


def test_a_branch() -> None:
    shows(ID, "likely", "branch main", evidence=tagged(("v1.2.3", OTHER), ref="refs/heads/main"), rule=RULE)


def test_a_git_tag_or_nothing() -> None:
    hides(ID, evidence=tagged(("v1.2.3", OTHER), ref="refs/tags/v1.2.3"), rule=RULE)
    hides(ID, evidence=tagged(("v1.2.3", OTHER)), rule=RULE)
