"""Things to paste about signing, by build system. What stands for names is listed in build.py and signing.py."""

from collections.abc import Mapping
from typing import Final

from bot.remedies import signing as general
from bot.remedies.snippet import Snippet, System

SIGNED: Final[Mapping[System, Snippet]] = {
    System.GITHUB: Snippet(general.SIGN, "yaml"),
    System.GITLAB: Snippet(
        """\
sign:
  image: alpine:3
  id_tokens:
    SIGSTORE_ID_TOKEN: { aud: sigstore }     # lets the job prove its identity, without a key to keep
  script:
    - apk add --no-cache cosign
    - cosign login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
    - cosign sign --yes --recursive IMAGE@DIGEST
""",
        "yaml",
    ),
    System.CLI: Snippet("cosign sign --yes --recursive IMAGE@DIGEST\n", "sh"),
}
"""The last step of what pushes: signs the digest that was built."""

SIGNED_OLD_LAYOUT: Final[Mapping[System, Snippet]] = {
    System.CLI: Snippet(
        """\
# for readers of .sig tags; the first flag is deprecated since cosign 3.1, so plan to change the readers
cosign sign --yes --recursive --new-bundle-format=false --use-signing-config=false IMAGE@DIGEST
""",
        "sh",
    ),
}
"""Signatures where cosign 2 put them."""

RIGHT_STEP: Final[Mapping[System, Snippet]] = {
    System.GITHUB: Snippet(
        """\
- uses: docker/build-push-action@v7
  id: build-app                # a name of its own for each build
  with: { tags: IMAGE, push: true }
- run: cosign sign --yes --recursive IMAGE@${{ steps.build-app.outputs.digest }}
""",
        "yaml",
    ),
    System.CLI: Snippet(
        """\
docker buildx build --metadata-file build.json --tag IMAGE --push .
cosign sign --yes --recursive "IMAGE@$(jq -r '."containerimage.digest"' build.json)"
""",
        "sh",
    ),
}
"""Each signing step reads the digest of its own build."""

SEE: Final = general.SEE
"""Verifies a signature."""

SEE_REFERRERS: Final = """\
oras discover IMAGE@DIGEST
provenance check IMAGE
"""
"""Lists what refers to the image."""

WITH_KEY: Final[Mapping[str, str]] = {
    general.SIGN: general.SIGN_WITH_KEY,
    general.SEE: general.SEE_KEY,
    general.POLICY_IDENTITY: general.POLICY_KEY,
    SIGNED[System.GITLAB].text: """\
sign:
  image: alpine:3
  # COSIGN_PRIVATE_KEY and COSIGN_PASSWORD are masked variables of the project: the private half of KEY.pub
  script:
    - apk add --no-cache cosign
    - cosign login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
    - cosign sign --yes --recursive --key env://COSIGN_PRIVATE_KEY IMAGE@DIGEST
""",
    SIGNED[System.CLI].text: "cosign sign --yes --recursive --key KEY.key IMAGE@DIGEST\n",
    SIGNED_OLD_LAYOUT[System.CLI].text: """\
# for readers of .sig tags; the first flag is deprecated since cosign 3.1, so plan to change the readers
cosign sign --yes --recursive --key KEY.key --new-bundle-format=false --use-signing-config=false IMAGE@DIGEST
""",
    RIGHT_STEP[System.GITHUB].text: """\
- uses: docker/build-push-action@v7
  id: build-app                # a name of its own for each build
  with: { tags: IMAGE, push: true }
- run: cosign sign --yes --recursive --key env://COSIGN_PRIVATE_KEY IMAGE@${{ steps.build-app.outputs.digest }}
  env:
    COSIGN_PRIVATE_KEY: ${{ secrets.COSIGN_PRIVATE_KEY }}
    COSIGN_PASSWORD: ${{ secrets.COSIGN_PASSWORD }}
""",
    RIGHT_STEP[System.CLI].text: """\
docker buildx build --metadata-file build.json --tag IMAGE --push .
cosign sign --yes --recursive --key KEY.key "IMAGE@$(jq -r '."containerimage.digest"' build.json)"
""",
}
"""What stands for each of these where the policy names keys and no identity."""
