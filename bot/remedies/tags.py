"""Things to paste about tags: putting one back, giving a registry what it lacks. Names in capitals as in build.py.

SISTER is the same tag in a registry where it differs, LACKING in one that does not have it, MISSING an image of the
release that did not come, FIRST_DIGEST what the tag stood for first.
"""

from typing import Final

RESTORE: Final = """\
# put the tag back to the digest that it stood for first, after you know who moved it
crane copy REPOSITORY@FIRST_DIGEST IMAGE
provenance check IMAGE
"""

SEE_FIRST: Final = """\
crane digest IMAGE
# must print FIRST_DIGEST
provenance check IMAGE
"""

COPY_TO_SISTER: Final = """\
# if SISTER has the digest that the build printed; if this one has it, swap the two names
regctl image copy --referrers --digest-tags SISTER IMAGE
cosign copy SISTER IMAGE
"""

COPY_TO_LACKING: Final = """\
# after you know that this is the digest that the build printed; run it for each registry that lacks the tag
regctl image copy --referrers --digest-tags IMAGE LACKING
"""

SEE_LACKING: Final = """\
crane digest LACKING
# must print the digest of IMAGE
provenance check IMAGE LACKING
"""

SEE_DIGESTS: Final = """\
crane digest IMAGE
crane digest SISTER
# both must print the same
provenance check IMAGE SISTER
"""

IMMUTABLE_HUB: Final = "https://docs.docker.com/docker-hub/repos/manage/hub-images/immutable-tags/"
IMMUTABLE_HARBOR: Final = (
    "https://goharbor.io/docs/main/working-with-projects/working-with-images/create-tag-immutability-rules/"
)
IMMUTABLE_ECR: Final = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html"
COPYING: Final = "https://github.com/regclient/regclient/blob/main/docs/regctl.md"

RUN_AGAIN: Final = """\
# is it there by now?
crane digest MISSING
# if not: find the run of the release that failed, and run its failed jobs again (here on GitHub)
gh run list --status failure --limit 10
gh run rerun RUN_ID --failed
"""
"""For an image that a release lacks."""

SEE_MISSING: Final = "provenance check MISSING\n"
