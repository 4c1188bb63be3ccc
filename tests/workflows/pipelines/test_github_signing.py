"""How images are signed in GitHub's workflows."""

from tests.workflows.pipelines.conftest import CI, Make


def test_a_loop_over_tags_with_the_digest(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            steps:
              - uses: docker/metadata-action@v5
                id: meta
                with:
                  images: |
                    ghcr.io/acme/app
                    docker.io/acme/app
                  tags: type=semver,pattern={{version}}
              - uses: docker/build-push-action@v6
                id: build
                with: { push: true, provenance: mode=max, sbom: true, tags: "${{ steps.meta.outputs.tags }}" }
              - uses: sigstore/cosign-installer@v3
              - env:
                  DIGEST: ${{ steps.build.outputs.digest }}
                  TAGS: ${{ steps.meta.outputs.tags }}
                run: |
                  images=""
                  for tag in ${TAGS}; do
                    images+="${tag}@${DIGEST} "
                  done
                  cosign sign --yes --recursive ${images}
        """
    )
    pipeline.fine()
    pipeline.broken('    images+="${tag}@${DIGEST} "\n', "    cosign sign --yes ${tag}\n", "sign-tag ${tag}")
    fixed = pipeline.broken("{{version}}", "${GITHUB_REF_NAME}", "literal-placeholder ${GITHUB_REF_NAME}")
    assert "pattern=${{ github.ref_name }}\n" in fixed[CI]


def test_one_quoted_variable_signed_recursively(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            steps:
              - uses: docker/build-push-action@v6
                id: app
                with: { push: true, provenance: mode=max, sbom: true, tags: "ghcr.io/acme/app:1" }
              - uses: docker/build-push-action@v6
                id: tool
                with: { push: true, provenance: mode=max, sbom: true, tags: "ghcr.io/acme/tool:1" }
              - uses: sigstore/cosign-installer@v3
              - name: sign app
                env: { IMAGES: "ghcr.io/acme/app@${{ steps.app.outputs.digest }}" }
                run: cosign sign --yes --recursive "${IMAGES}"
              - name: sign tool
                env: { IMAGES: "ghcr.io/acme/tool@${{ steps.tool.outputs.digest }}" }
                run: cosign sign --yes --recursive "${IMAGES}"
        """
    )
    pipeline.fine()
    fixed = pipeline.broken("steps.tool.outputs", "steps.app.outputs", "sign-wrong-step steps.app.outputs.digest")
    assert fixed[CI] == pipeline.files[CI]
    pipeline.broken(
        "ghcr.io/acme/app@${{ steps.app",
        "quay.io/acme/app@${{ steps.app",
        "image-never-signed docker/build-push-action@v6",
        "sign-other-registry cosign",
    )


def test_another_job_signs(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        permissions: { contents: read }
        jobs:
          build:
            runs-on: ubuntu-latest
            outputs:
              app: ${{ steps.app.outputs.digest }}
              tool: ${{ steps.tool.outputs.digest }}
            steps:
              - uses: docker/build-push-action@v6
                id: app
                with: { push: true, provenance: true, sbom: true, tags: "acme/app:1" }
              - uses: docker/build-push-action@v6
                id: tool
                with: { push: true, provenance: true, sbom: true, tags: "acme/tool:1" }
          sign:
            needs: [build]
            runs-on: ubuntu-latest
            permissions:
              id-token: write
            steps:
              - uses: sigstore/cosign-installer@main
              - run: |
                  cosign sign --yes docker.io/acme/app@${{ needs.build.outputs.app }} # by digest
                  cosign sign --yes index.docker.io/acme/tool@${{ needs.build.outputs.tool }}
        """
    )
    pipeline.fine()
    pipeline.broken(
        "app@${{ needs.build.outputs.app",
        "app@${{ needs.build.outputs.tool",
        "sign-wrong-step needs.build.outputs.tool",
    )
    pipeline.broken("permissions:\n      id-token: write\n", "continue-on-error: true\n", "id-token-missing sign:")
    pipeline.broken(
        "          cosign sign --yes index.docker.io/acme/tool@${{ needs.build.outputs.tool }}\n",
        "",
        "image-never-signed docker/build-push-action@v6",
    )


def test_a_key_and_no_token(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        permissions: {}
        jobs:
          image:
            runs-on: ubuntu-latest
            steps:
              - uses: docker/build-push-action@v6
                id: build
                with: { push: true, provenance: mode=max, sbom: true, tags: "quay.io/acme/app:1" }
              - uses: sigstore/cosign-installer@v3
              - env: { DIGEST: "${{ steps.build.outputs.digest }}", COSIGN_PRIVATE_KEY: "${{ secrets.KEY }}" }
                run: cosign sign --yes --key env://COSIGN_PRIVATE_KEY quay.io/acme/app@${DIGEST}
        """
    )
    pipeline.fine()
    pipeline.broken(" --key env://COSIGN_PRIVATE_KEY", "", "id-token-missing image:")


def test_notation_signs(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            steps:
              - uses: docker/build-push-action@v6
                id: build
                with: { push: true, provenance: mode=max, sbom: true, tags: "quay.io/acme/app:1" }
              - uses: notaryproject/notation-action/sign@v1
                with: { target_artifact_reference: "quay.io/acme/app@${{ steps.build.outputs.digest }}" }
        """
    )
    pipeline.fine()
    pipeline.broken("notaryproject/notation-action/sign@v1", "notaryproject/notation-action/setup@v1")


def test_the_format_that_readers_of_tags_know(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          chart:
            runs-on: ubuntu-latest
            permissions: { id-token: write, packages: write }
            steps:
              - uses: sigstore/cosign-installer@v4
              - run: helm push app-1.tgz oci://ghcr.io/acme/charts 2>&1 | tee out
              - run: |
                  digest=$(awk '/Digest/{print $2}' out)
                  cosign sign --yes --new-bundle-format=false --use-signing-config=false \\
                    ghcr.io/acme/charts/app@${digest}
        """
    )
    pipeline.fine()
    pipeline.broken(" --new-bundle-format=false --use-signing-config=false", "", "cosign-format cosign")
