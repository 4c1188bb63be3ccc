"""Things to paste that several rules share.

In them stand, until an image is known: IMAGE for its name, IMAGE@DIGEST for it at its digest, REPOSITORY for the name
without a tag, REGISTRY for its host, PLATFORMS for its platforms with commas between, EACH_PLATFORM for its parts.
"""

from typing import Final

BUILD: Final = """\
- uses: docker/setup-buildx-action@v4
- uses: docker/login-action@v4
  with:
    registry: REGISTRY
    username: ${{ vars.REGISTRY_USER }}
    password: ${{ secrets.REGISTRY_TOKEN }}
- uses: docker/build-push-action@v7
  id: build
  with:
    platforms: PLATFORMS
    tags: IMAGE
    push: true
    provenance: mode=max  # written out: BuildKit, buildx and the action each assume something else
    sbom: true
"""
"""The build step of a GitHub Actions job that attests everything."""

BUILD_BY_HAND: Final = """\
docker buildx build --provenance=mode=max --sbom=true \\
  --platform PLATFORMS --tag IMAGE --push .
"""

COPY_WHOLE: Final = """\
# each of these keeps the index as it is, digest and attestations included
crane copy SOURCE IMAGE
skopeo copy --all --preserve-digests docker://SOURCE docker://IMAGE

# joins builds of single platforms; set each variable to the index digest that its build printed
docker buildx imagetools create --tag IMAGE EACH_PLATFORM
"""

NO_SECRETS: Final = """\
# in the Dockerfile, instead of ARG NPM_TOKEN:
#   RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
# in the build step, instead of build-args:
- uses: docker/build-push-action@v7
  with:
    secrets: npm_token=${{ secrets.NPM_TOKEN }}
"""

LABELS: Final = """\
- uses: docker/build-push-action@v7
  with:
    labels: |
      org.opencontainers.image.revision=${{ github.sha }}
      org.opencontainers.image.source=${{ github.server_url }}/${{ github.repository }}
"""
"""Values under `with:` see no shell: ${{ … }} is filled in, ${GITHUB_SHA} is not."""

SEE_PROVENANCE: Final = """\
docker buildx imagetools inspect IMAGE --format '{{json .Provenance}}' \\
  | jq '[.. | objects | select(has("SLSA"))] | length'
# prints how many platforms have provenance; its exit code is 0 even when there is none, so read the number
provenance check IMAGE
"""

SEE_MODE: Final = """\
docker buildx imagetools inspect IMAGE --format '{{json .Provenance}}' \\
  | jq '[.. | objects | select(has("buildConfig"))] | length'
# prints how many platforms are in max mode; its exit code is 0 even when none is, so read the number
provenance check IMAGE
"""

SEE_SBOM: Final = """\
docker buildx imagetools inspect IMAGE --format '{{json .SBOM}}' \\
  | jq '[.. | objects | select(has("spdxVersion"))] | length'
# prints how many SBOM documents are there; its exit code is 0 even when there is none, so read the number
provenance check IMAGE
"""

SEE_INDEX: Final = """\
docker buildx imagetools inspect --raw IMAGE | jq '.manifests[] | {digest, platform, annotations}'
# every unknown/unknown entry must carry vnd.docker.reference.digest, and name a platform of this list
provenance check IMAGE
"""

SEE_CONFIG: Final = """\
docker buildx imagetools inspect IMAGE --format '{{json .Image}}' \\
  | jq '.. | .config? // empty | .Labels'
provenance check IMAGE
"""

SEE_HERE: Final = "provenance check IMAGE\n"

DOCS_PROVENANCE: Final = "https://docs.docker.com/build/metadata/attestations/slsa-provenance/"
DOCS_SBOM: Final = "https://docs.docker.com/build/metadata/attestations/sbom/"
DOCS_STORAGE: Final = "https://docs.docker.com/build/metadata/attestations/attestation-storage/"
DOCS_SECRETS: Final = "https://docs.docker.com/build/building/secrets/"
SPEC_STATEMENT: Final = "https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md"
SPEC_PROVENANCE: Final = "https://slsa.dev/spec/v1.0/provenance"
SPEC_ANNOTATIONS: Final = "https://github.com/opencontainers/image-spec/blob/main/annotations.md"
