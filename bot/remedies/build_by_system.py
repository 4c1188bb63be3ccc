"""Things to paste, by build system. What stands for the image's names is listed in build.py."""

from collections.abc import Mapping
from typing import Final

from bot.remedies import build as general
from bot.remedies.snippet import Snippet, System

ATTESTED: Final[Mapping[System, Snippet]] = {
    System.GITHUB: Snippet(general.BUILD, "yaml"),
    System.CLI: Snippet(general.BUILD_BY_HAND, "sh"),
    System.GITLAB: Snippet(
        """\
build:
  image: docker:29
  services: [docker:29-dind]
  script:
    - echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"
    - docker context create tls && docker buildx create --driver docker-container --bootstrap --use tls
    - docker buildx build --provenance=mode=max --sbom=true --platform PLATFORMS --tag IMAGE --push .
  # if the registry answers "blob unknown": variables: { BUILDX_NO_DEFAULT_OCI_ARTIFACT: "1" } (buildx 0.36.1 and on)
""",
        "yaml",
    ),
    System.BAKE: Snippet(
        """\
target "_attested" {
  attest = [
    { type = "provenance", mode = "max" },
    { type = "sbom" },
  ]
}
target "app" {
  inherits = ["_attested"]
}
# then: docker buildx bake app --push
""",
        "hcl",
    ),
    System.COMPOSE: Snippet(
        """\
services:
  app:
    image: IMAGE
    build:
      context: .
      provenance: mode=max
      sbom: true
# then: docker compose build --push app
""",
        "yaml",
    ),
}
"""A build that asks for both attestations in full, and pushes by itself."""

BOOTED: Final[Mapping[System, Snippet]] = {
    System.GITHUB: Snippet(
        """\
- run: docker buildx create --name multi --driver docker-container --bootstrap --use
- uses: docker/build-push-action@v7
  with:
    builder: multi
    tags: IMAGE
    push: true
    provenance: mode=max  # written out, it no longer depends on what the action can see of the builder
    sbom: true
""",
        "yaml",
    ),
    System.CLI: Snippet("docker buildx create --name multi --driver docker-container --bootstrap --use\n", "sh"),
}
"""A builder that runs before anybody asks for its version."""

JOINED: Final[Mapping[System, Snippet]] = {
    System.CLI: Snippet(
        """\
# each architecture's job pushes by digest, attestations included
docker buildx build --provenance=mode=max --sbom=true --platform "$PLATFORM" \\
  --output type=image,name=REPOSITORY,push-by-digest=true,name-canonical=true,push=true .

# the last job joins them; set each variable to the index digest that its build printed, not the platform's
docker buildx imagetools create --tag IMAGE EACH_PLATFORM
""",
        "sh",
    ),
}
"""Builds of single platforms made one image, without losing what hangs on them."""

COPIED: Final[Mapping[System, Snippet]] = {System.CLI: Snippet(general.COPY_WHOLE, "sh")}
"""Copies that keep the index as it is."""

COPIED_SIGNED: Final[Mapping[System, Snippet]] = {
    System.CLI: Snippet(
        """\
# takes the image, its referrers and its sha256-... tags along
regctl image copy --referrers --digest-tags SOURCE IMAGE

# or in two steps: the image with its referrers, then the .sig and .att tags
oras cp --recursive SOURCE IMAGE
cosign copy SOURCE IMAGE
""",
        "sh",
    ),
}
"""Copies that take signatures along."""

ATTESTED_AFTERWARDS: Final[Mapping[System, Snippet]] = {
    System.GITHUB: Snippet(
        """\
permissions:
  id-token: write
  attestations: write
steps:
  # ... build and push, then for each registry; without a tag, and with the digest of the final index
  - uses: actions/attest@v4
    with:
      subject-name: REPOSITORY
      subject-digest: ${{ steps.push.outputs.digest }}
      push-to-registry: true
  # the SBOM: the same step again with sbom-path
""",
        "yaml",
    ),
    System.CLI: Snippet(
        """\
syft IMAGE@DIGEST -o spdx-json=sbom.spdx.json
cosign attest --yes --type spdxjson --predicate sbom.spdx.json IMAGE@DIGEST
cosign attest --yes --type slsaprovenance1 --predicate provenance.json IMAGE@DIGEST
""",
        "sh",
    ),
}
"""Attestations for images of builders that make none."""

NO_SECRETS: Final[Mapping[System, Snippet]] = {
    System.GITHUB: Snippet(general.NO_SECRETS, "yaml"),
    System.CLI: Snippet(
        """\
# in the Dockerfile, instead of ARG NPM_TOKEN:
#   RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
# instead of --build-arg:
docker buildx build --secret id=npm_token,env=NPM_TOKEN --provenance=mode=max --sbom=true --tag IMAGE --push .
""",
        "sh",
    ),
}
"""Secrets as mounts, which are recorded by their names alone."""
