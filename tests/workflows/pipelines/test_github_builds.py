"""How images are built in GitHub's workflows."""

from tests.workflows.pipelines.conftest import CI, Make

ACTION = "docker/build-push-action@v6"


def test_one_job_an_architecture_pushes_by_digest_and_another_joins_them(repository: Make) -> None:
    pipeline = repository(
        """\
        on: { push: { tags: ["v*"] } }
        env:
          IMAGE: ghcr.io/acme/app
        jobs:
          build:
            runs-on: ${{ matrix.runner }}
            permissions: { contents: read, packages: write }
            strategy:
              matrix:
                include:
                  - { platform: linux/amd64, runner: ubuntu-24.04 }
                  - { platform: linux/arm64, runner: ubuntu-24.04-arm }
            steps:
              - run: |
                  platform=${{ matrix.platform }}
                  echo "PAIR=${platform//\\//-}" >> $GITHUB_ENV
              - uses: docker/setup-buildx-action@v3
              - id: build
                uses: docker/build-push-action@v6
                with:
                  platforms: ${{ matrix.platform }}
                  tags: ${{ env.IMAGE }}
                  outputs: type=image,push-by-digest=true,name-canonical=true,push=true
                  provenance: mode=max
                  sbom: true
              - run: |
                  digest="${{ steps.build.outputs.digest }}"
                  touch "${{ runner.temp }}/digests/${digest#sha256:}"
              - uses: actions/upload-artifact@v4
                with: { name: "digests-${{ env.PAIR }}", path: "${{ runner.temp }}/digests/*" }
          join:
            runs-on: ubuntu-latest
            needs: build
            permissions: { packages: write, id-token: write }
            steps:
              - uses: docker/setup-buildx-action@v3
              - id: meta
                uses: docker/metadata-action@v5
                with: { images: "${{ env.IMAGE }}" }
              - working-directory: ${{ runner.temp }}/digests
                run: |
                  docker buildx imagetools create $(jq -cr '.tags | map("-t " + .) | join(" ")' <<< "$META") \\
                    $(printf '${{ env.IMAGE }}@sha256:%s ' *)
                env: { META: "${{ steps.meta.outputs.json }}" }
              - id: inspect
                run: |
                  name='${{ env.IMAGE }}:${{ steps.meta.outputs.version }}'
                  digest=$(docker buildx imagetools inspect --format '{{json .Manifest}}' "$name" | jq -r .digest)
                  echo "digest=$digest" >> "$GITHUB_OUTPUT"
              - uses: sigstore/cosign-installer@v3
              - env: { DIGEST: "${{ steps.inspect.outputs.digest }}" }
                run: cosign sign --yes "${IMAGE}@${DIGEST}"
        """
    )
    pipeline.fine()
    pipeline.broken("provenance: mode=max\n", "pull: true\n", f"provenance-not-explicit {ACTION}")
    pipeline.broken("@${DIGEST}", ":${{ steps.meta.outputs.version }}", 'sign-tag "${IMAGE}:${{')
    pipeline.broken("id-token: write", "actions: read", "id-token-missing {")
    pipeline.broken(
        'docker buildx imagetools create $(jq -cr \'.tags | map("-t " + .) | join(" ")\' <<< "$META") \\\n'
        "            $(printf '${{ env.IMAGE }}@sha256:%s ' *)",
        "docker manifest create ${{ env.IMAGE }}:1 ${{ env.IMAGE }}:1-a ${{ env.IMAGE }}:1-b",
        "docker-manifest docker",
    )


def test_tags_of_metadata_action_signed_through_xargs(repository: Make) -> None:
    pipeline = repository(
        """\
        name: docker
        on:
          push: { branches: [main], tags: ["v*.*.*"] }
          pull_request:
        env: { REGISTRY: ghcr.io, IMAGE_NAME: "${{ github.repository }}" }
        jobs:
          build:
            runs-on: ubuntu-latest
            permissions:
              contents: read
              packages: write
              id-token: write # for Sigstore
            steps:
              - uses: actions/checkout@v4
              - name: Install cosign
                if: github.event_name != 'pull_request'
                uses: sigstore/cosign-installer@59acb6260d9c0ba8f4a2f9d9b48431a222b68e20 #v3.5.0
                with: { cosign-release: v2.2.4 }
              - uses: docker/setup-buildx-action@f95db51fddba0c2d1ec667646a06c2ce06100226 # v3.0.0
              - id: meta
                uses: docker/metadata-action@96383f45573cb7f253c731d3b3ab81c87ef81934 # v5.0.0
                with: { images: "${{ env.REGISTRY }}/${{ env.IMAGE_NAME }}" }
              - id: build-and-push
                uses: docker/build-push-action@0565240e2d4ab88bba5387d719585280857ece09 # v6.0.0
                with:
                  context: .
                  push: ${{ github.event_name != 'pull_request' }}
                  tags: ${{ steps.meta.outputs.tags }}
                  labels: ${{ steps.meta.outputs.labels }}
                  cache-from: type=gha
                  cache-to: type=gha,mode=max
                  provenance: mode=max
                  sbom: true
              - name: Sign
                if: ${{ github.event_name != 'pull_request' }}
                env:
                  TAGS: ${{ steps.meta.outputs.tags }}
                  DIGEST: ${{ steps.build-and-push.outputs.digest }}
                run: echo "${TAGS}" | xargs -I {} cosign sign --yes {}@${DIGEST}
        """
    )
    pipeline.fine()
    pinned = "docker/build-push-action@0565240e2d4ab88bba5387d719585280857ece09"
    pipeline.broken("          provenance: mode=max\n", "", f"provenance-not-explicit {pinned}")
    pipeline.broken("      id-token: write # for Sigstore\n", "", "id-token-missing contents:")
    fixed = pipeline.broken(
        "          sbom: true\n",
        "          sboms: true # soon\n",
        "unknown-input sboms:",
    )
    assert "          sbom: true # soon\n" in fixed[CI]


def test_a_mode_with_its_version_and_githubs_own_attestation(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { contents: read, id-token: write, attestations: write, packages: write }
            steps:
              - uses: docker/setup-buildx-action@v3
              - uses: docker/build-push-action@v6
                id: push
                with:
                  push: true
                  tags: ghcr.io/acme/app:latest
                  provenance: mode=max,version=v1
                  sbom: generator=docker/scout-sbom-indexer:1
              - uses: actions/attest-build-provenance@v2
                with:
                  subject-name: ghcr.io/acme/app
                  subject-digest: ${{ steps.push.outputs.digest }}
                  push-to-registry: true
        """
    )
    pipeline.fine()
    fixed = pipeline.broken("mode=max,version", "mode=min,version", "provenance-min mode=min,version=v1")
    assert "provenance: mode=max,version=v1\n" in fixed[CI]
    pipeline.broken("steps.push.outputs", "steps.build.outputs", "sign-wrong-step steps.build.outputs.digest")


def test_attestations_in_the_one_input_for_all_of_them(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            steps:
              - uses: docker/setup-buildx-action@v3
              - uses: docker/build-push-action@v6
                id: push
                with:
                  push: true
                  tags: |
                    ghcr.io/acme/app:latest
                    ghcr.io/acme/app:${{ github.ref_name }}
                  attests: |
                    type=provenance,mode=max
                    type=sbom,generator=docker/scout-sbom-indexer:latest
              - uses: sigstore/cosign-installer@v3
              - run: |
                  for tag in latest "${{ github.ref_name }}"; do
                    cosign sign --yes "ghcr.io/acme/app:${tag}@${{ steps.push.outputs.digest }}"
                  done
        """
    )
    pipeline.fine()
    pipeline.broken(
        "type=provenance,mode=max\n", "type=provenance,mode=min\n", "provenance-min type=provenance,mode=min"
    )
    pipeline.broken(
        "type=provenance,mode=max\n",
        "type=provenance,disabled=true\n",
        "provenance-disabled type=provenance,disabled=true",
    )
    pipeline.broken(
        "            type=sbom,generator=docker/scout-sbom-indexer:latest\n", "", f"sbom-not-requested {ACTION}"
    )
