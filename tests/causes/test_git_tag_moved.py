"""A Git tag that names another commit than at the time of the build."""

from tests.causes.showing import hides, shows
from tests.rules.test_provenance_commit_mismatch import OTHER, tagged

ID, RULE = "git-tag-moved", "provenance-commit-mismatch"


def test_built_from_the_git_tag_that_names_another_commit_now() -> None:
    shows(ID, "likely", "v1.2.3", evidence=tagged(("v1.2.3", OTHER), ref="refs/tags/v1.2.3"), rule=RULE)


def test_built_from_something_else() -> None:
    hides(ID, evidence=tagged(("v1.2.3", OTHER), ref="refs/heads/main"), rule=RULE)
    hides(ID, evidence=tagged(("v1.2.3", OTHER), ref="refs/tags/1.2.3"), rule=RULE)
