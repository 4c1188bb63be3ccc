"""A Git tag that names another commit than at the time of the build."""

from bot.evidence import GitTag
from bot.values import replace
from tests.causes.showing import hides, shows
from tests.making import COMMIT, platform, provenance
from tests.rules.test_provenance_commit_mismatch import OTHER, tagged

ID, RULE = "git-tag-moved", "provenance-commit-mismatch"


def test_built_from_the_git_tag_that_names_another_commit_now() -> None:
    shows(ID, "likely", "v1.2.3", evidence=tagged(("v1.2.3", OTHER), ref="refs/tags/v1.2.3"), rule=RULE)


def test_the_own_id_of_an_annotated_tag_is_not_another_commit() -> None:
    """One platform was built from the tag that BuildKit names by its own id, and another one fails."""
    tag = "e" * 40
    evidence = tagged(("v1.2.3", OTHER), ref="refs/tags/v1.2.3", revision=tag)
    told = GitTag("https://github.com/acme/app", ("v1.2.3",), (("v1.2.3", OTHER),), ((tag, OTHER),))
    failing = platform("linux/arm64", provenance=provenance(ref="refs/heads/main"))
    both = replace(evidence, git_tag=told, platforms=(*evidence.platforms, failing))
    hides(ID, evidence=both, rule=RULE)
    shows(ID, "likely", "v1.2.3", evidence=replace(both, git_tag=replace(told, objects=((tag, COMMIT),))), rule=RULE)


def test_built_from_something_else() -> None:
    hides(ID, evidence=tagged(("v1.2.3", OTHER), ref="refs/heads/main"), rule=RULE)
    hides(ID, evidence=tagged(("v1.2.3", OTHER), ref="refs/tags/1.2.3"), rule=RULE)
