"""Images that BuildKit does not build, and those that others build with it."""

from tests.workflows.pipelines.conftest import CI, Make

ATTEST = """\
      - uses: actions/attest@v4
        with:
          subject-name: ghcr.io/acme/app
          subject-digest: ${{ steps.build.outputs.digest }}
          push-to-registry: true
"""


def workflow(*steps: str) -> str:
    head = "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n"
    permissions = "    permissions: { id-token: write, attestations: write, packages: write }\n    steps:\n"
    return head + permissions + "".join(steps)


def test_ko(repository: Make) -> None:
    pipeline = repository(
        workflow(
            "      - uses: ko-build/setup-ko@v0.8\n",
            "      - id: build\n        run: |\n          image=$(ko build --bare --platform=all ./cmd/app)\n",
            '          echo "digest=${image#*@}" >> "$GITHUB_OUTPUT"\n',
            ATTEST,
        )
    )
    pipeline.fine()
    pipeline.broken(ATTEST, "", "image-never-signed ko", "other-builder ko")


def test_jib_from_maven(repository: Make) -> None:
    pipeline = repository(
        workflow(
            "      - run: ./mvnw -B compile jib:build -Djib.to.image=ghcr.io/acme/app:1\n",
            '      - id: build\n        run: echo "digest=$(cat target/jib-image.digest)" >> $GITHUB_OUTPUT\n',
            ATTEST,
        )
    )
    pipeline.fine()
    pipeline.broken(ATTEST, "", "other-builder ./mvnw")


def test_buildpacks(repository: Make) -> None:
    pipeline = repository(
        workflow(
            "      - run: pack build ghcr.io/acme/app:1 --builder paketobuildpacks/builder-jammy-base --publish\n",
            '      - id: build\n        run: echo "digest=$(crane digest ghcr.io/acme/app:1)" >> $GITHUB_OUTPUT\n',
            "      - run: ./gradlew bootBuildImage --imageName=acme/app:test\n",
            ATTEST,
        )
    )
    pipeline.fine()
    pipeline.broken(ATTEST, "", "other-builder pack")
    pipeline.broken("crane digest ghcr.io", "crane digest quay.io", "sign-other-registry actions/attest@v4")


def test_buildah_through_red_hats_actions(repository: Make) -> None:
    pipeline = repository(
        workflow(
            "      - uses: redhat-actions/buildah-build@v2\n        with: { image: app, tags: '1' }\n",
            "      - id: build\n        uses: redhat-actions/push-to-registry@v2\n",
            "        with: { image: app, tags: '1', registry: ghcr.io/acme }\n",
            ATTEST,
        )
    )
    pipeline.fine()
    pipeline.broken("id-token: write, ", "", "id-token-missing {")


def test_goreleaser(repository: Make) -> None:
    release = """\
    on: { push: { tags: ["v*"] } }
    permissions: { contents: write, packages: write, id-token: write }
    jobs:
      release:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
            with: { fetch-depth: 0 }
          - uses: docker/setup-buildx-action@v3
          - uses: sigstore/cosign-installer@v3
          - uses: goreleaser/goreleaser-action@v6
            with: { version: "~> v2", args: release --clean }
          - run: cosign sign --yes ghcr.io/acme/app@$(crane digest ghcr.io/acme/app:${{ github.ref_name }})
    """
    config = """\
    version: 2
    dockers_v2:
      - images: [ghcr.io/acme/app]
        tags: ["{{ .Tag }}"]
        flags: [--provenance=mode=max]
    """
    pipeline = repository({CI: release, ".goreleaser.yaml": config})
    pipeline.fine()
    pipeline.broken(
        "@$(crane digest ghcr.io/acme/app:${{ github.ref_name }})",
        ":${{ github.ref_name }}",
        "sign-tag ghcr.io/acme/app:${{",
    )


def test_docker_manifest_of_images_that_never_had_attestations(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          native:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            steps:
              - run: |
                  ./mvnw -Pnative spring-boot:build-image
                  docker push quay.io/acme/app:1-amd64
                  docker push quay.io/acme/app:1-arm64
              - run: |
                  docker manifest create quay.io/acme/app:1 quay.io/acme/app:1-amd64 quay.io/acme/app:1-arm64
                  docker manifest push quay.io/acme/app:1
                  cosign sign --yes quay.io/acme/app@$(crane digest quay.io/acme/app:1)
                  cosign attest --yes --type slsaprovenance1 --predicate p.json \\
                    quay.io/acme/app@$(crane digest quay.io/acme/app:1)
        """
    )
    pipeline.fine()
    pipeline.broken("./mvnw -Pnative spring-boot:build-image", "make images", "docker-manifest docker")


def test_kaniko_in_gitlab(repository: Make) -> None:
    pipeline = repository(
        {
            ".gitlab-ci.yml": """\
                stages: [build, sign]
                variables:
                  IMAGE: $CI_REGISTRY_IMAGE:$CI_COMMIT_TAG
                build:
                  stage: build
                  image:
                    name: gcr.io/kaniko-project/executor:v1.23.2-debug
                    entrypoint: [""]
                  script:
                    - /kaniko/executor --context . --destination "$IMAGE" --digest-file digest
                  artifacts: { paths: [digest] }
                attest:
                  stage: sign
                  id_tokens:
                    SIGSTORE_ID_TOKEN: { aud: sigstore }
                  script:
                    - cosign attest --yes --type slsaprovenance1 --predicate p.json "$CI_REGISTRY_IMAGE@$(cat digest)"
                    - cosign sign --yes "$CI_REGISTRY_IMAGE@$(cat digest)"
                """
        }
    )
    pipeline.fine()
    pipeline.broken(
        "cosign attest --yes --type slsaprovenance1",
        "cosign verify --type slsaprovenance1",
        "other-builder /kaniko/executor",
    )
    pipeline.broken(
        'cosign sign --yes "$CI_REGISTRY_IMAGE@$(cat digest)"', 'cosign sign --yes "$IMAGE"', 'sign-tag "$IMAGE"'
    )
    fixed = pipeline.broken("  id_tokens:\n    SIGSTORE_ID_TOKEN: { aud: sigstore }\n", "", "id-token-missing attest:")
    assert "  id_tokens:\n    SIGSTORE_ID_TOKEN: { aud: sigstore }\n" in fixed[".gitlab-ci.yml"]
