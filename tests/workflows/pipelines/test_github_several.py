"""Several images, registries and builders in one of GitHub's workflows."""

from tests.workflows.pipelines.conftest import Make


def test_several_images_in_two_registries_with_secrets(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            strategy: { matrix: { name: [app, tool] } }
            steps:
              - uses: docker/build-push-action@v6
                id: build
                with:
                  push: ${{ github.ref_type == 'tag' }}
                  provenance: mode=max
                  sbom: true
                  tags: |
                    quay.io/acme/${{ matrix.name }}:${{ github.ref_name }}
                    docker.io/acme/${{ matrix.name }}:${{ github.ref_name }}
                  build-args: |
                    VERSION=${{ github.ref_name }}
                  secrets: |
                    token=${{ secrets.NPM_TOKEN }}
                  labels: |
                    org.opencontainers.image.revision=${{ github.sha }}
                    org.opencontainers.image.description=costs 5$ a month
              - uses: sigstore/cosign-installer@v3
              - run: |
                  for registry in quay.io docker.io; do
                    cosign sign --yes "${registry}/acme/${{ matrix.name }}@${{ steps.build.outputs.digest }}"
                  done
        """
    )
    pipeline.fine()
    pipeline.broken("VERSION=${{ github.ref_name }}", "TOKEN=${{ secrets.NPM_TOKEN }}", "secret-in-build-arg TOKEN=${{")
    pipeline.broken("${{ github.sha }}", "${GITHUB_SHA}", "literal-placeholder ${GITHUB_SHA}")
    pipeline.broken(
        "docker.io/acme/${{ matrix.name }}:${{",
        "quay.io/acme/mirror-${{ matrix.name }}:${{",
        "sign-other-registry cosign",
    )


def test_a_builder_of_ones_own(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: [self-hosted, linux]
            permissions: { id-token: write }
            steps:
              - run: docker buildx create --name ci --driver docker-container --bootstrap
              - uses: docker/build-push-action@v6
                id: build
                with: { builder: ci, push: true, tags: "quay.io/acme/app:1", provenance: mode=max, sbom: true }
              - uses: sigstore/cosign-installer@v3
              - run: cosign sign --yes quay.io/acme/app@${{ steps.build.outputs.digest }}
        """
    )
    pipeline.fine()
    pipeline.broken(" --bootstrap", "", "builder-not-booted docker")
    pipeline.broken("cosign-installer@v3", "cosign-installer@v4", "cosign-format cosign")
    pipeline.broken(
        "docker/build-push-action@v6",
        "docker/build-push-action@v3.2.0",
        "action-too-old v3.2.0",
        "unknown-input provenance:",
        "unknown-input sbom:",
    )
