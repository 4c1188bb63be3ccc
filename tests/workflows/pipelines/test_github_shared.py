"""Builds that several workflows of GitHub share: reusable workflows, composite actions, anchors."""

from tests.workflows.pipelines.conftest import CI, Make

ACTION = "docker/build-push-action@v6"


def test_a_reusable_workflow_with_inputs_and_its_caller(repository: Make) -> None:
    pipeline = repository(
        {
            ".github/workflows/image.yml": """\
                on:
                  workflow_call:
                    inputs:
                      image: { type: string, required: true }
                      push: { type: boolean, default: false }
                      provenance: { type: string, default: mode=max }
                    outputs:
                      digest: { value: "${{ jobs.build.outputs.digest }}" }
                jobs:
                  build:
                    runs-on: ubuntu-latest
                    outputs: { digest: "${{ steps.push.outputs.digest }}" }
                    steps:
                      - uses: docker/setup-buildx-action@v3
                      - uses: docker/build-push-action@v6
                        id: push
                        with:
                          push: ${{ inputs.push }}
                          tags: ${{ inputs.image }}:${{ github.sha }}
                          provenance: ${{ inputs.provenance }}
                          sbom: true
                """,
            CI: """\
                on: [push, pull_request]
                jobs:
                  image:
                    uses: ./.github/workflows/image.yml
                    with:
                      image: quay.io/acme/app
                      push: ${{ github.event_name != 'pull_request' }}
                  sign:
                    needs: image
                    runs-on: ubuntu-latest
                    permissions: { id-token: write }
                    steps:
                      - uses: sigstore/cosign-installer@v3
                      - run: cosign sign --yes quay.io/acme/app@${{ needs.image.outputs.digest }}
                """,
        }
    )
    pipeline.fine()
    pipeline.broken("          sbom: true\n", "", f"sbom-not-requested {ACTION}")
    pipeline.broken("needs: image\n", "needs: []\n", "sign-wrong-step needs.image.outputs.digest")


def test_dockers_own_reusable_workflow(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            uses: docker/github-builder/.github/workflows/build.yml@v1
            permissions: { contents: read, id-token: write }
            with: { output: image, push: true, sbom: true, meta-images: quay.io/acme/app }
            secrets:
              registry-auths: |
                - { registry: quay.io, username: "${{ vars.QUAY_USER }}", password: "${{ secrets.QUAY_TOKEN }}" }
        """
    )
    pipeline.fine()
    pipeline.broken(" sbom: true,", "", "sbom-not-requested docker/github-builder/.github/workflows/build.yml@v1")


def test_anchors_for_environment_and_inputs(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        x-inputs: &inputs
          push: true
          provenance: mode=max
          sbom: true
        jobs:
          app:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            env: &env
              IMAGE: quay.io/acme/app
            steps:
              - &boot
                uses: docker/setup-buildx-action@v3
              - uses: docker/build-push-action@v6
                id: app
                with: { <<: *inputs, tags: "${{ env.IMAGE }}:1" }
              - uses: sigstore/cosign-installer@v3
              - run: cosign sign --yes ${IMAGE}@${{ steps.app.outputs.digest }}
          test:
            runs-on: ubuntu-latest
            env: *env
            steps:
              - *boot
              - run: docker build -t "$IMAGE" .
        """
    )
    pipeline.fine()
    pipeline.broken("  provenance: mode=max\n", "", f"provenance-not-explicit {ACTION}")
    pipeline.broken("provenance: mode=max", "provenance: false", "provenance-disabled false")
    pipeline.broken("${IMAGE}@${{ steps.app.outputs.digest }}", "quay.io/acme/app:1", "sign-tag quay.io/acme/app:1")


def test_a_composite_action_builds_and_signs(repository: Make) -> None:
    pipeline = repository(
        {
            ".github/actions/image/action.yml": """\
                name: image
                inputs:
                  image: { required: true }
                  provenance: { default: mode=max }
                runs:
                  using: composite
                  steps:
                    - uses: docker/setup-buildx-action@v3
                    - uses: docker/build-push-action@v6
                      id: build
                      with:
                        push: true
                        tags: ${{ inputs.image }}:${{ github.sha }}
                        provenance: ${{ inputs.provenance }}
                        sbom: true
                    - uses: sigstore/cosign-installer@v3
                    - shell: bash
                      env: { IMAGE: "${{ inputs.image }}", DIGEST: "${{ steps.build.outputs.digest }}" }
                      run: cosign sign --yes "${IMAGE}@${DIGEST}"
                """,
            CI: """\
                on: push
                jobs:
                  image:
                    runs-on: ubuntu-latest
                    permissions: { contents: read, id-token: write, packages: write }
                    steps:
                      - uses: actions/checkout@v4
                      - uses: ./.github/actions/image
                        with: { image: ghcr.io/acme/app }
                """,
        }
    )
    pipeline.fine()
    pipeline.broken("id-token: write, ", "", "id-token-missing {")
    pipeline.broken("        provenance: ${{ inputs.provenance }}\n", "", f"provenance-not-explicit {ACTION}")
    pipeline.broken(
        "tags: ${{ inputs.image }}:${{ github.sha }}", "labels: a=${GITHUB_SHA}", "literal-placeholder ${GITHUB_SHA}"
    )
