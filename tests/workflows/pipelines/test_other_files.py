"""Pipelines outside of GitHub's workflows: bake, compose, GitLab, make, shell."""

from tests.workflows.pipelines.conftest import Make


def test_bake_with_inheritance_and_metadata(repository: Make) -> None:
    pipeline = repository(
        {
            "docker-bake.hcl": """\
                variable "REGISTRY" {
                  default = "quay.io/acme"
                }
                function "tag" {
                  params = [name]
                  result = ["${REGISTRY}/${name}:1"]
                }
                group "default" { targets = ["app", "tool"] }
                target "docker-metadata-action" {}
                target "_common" {
                  platforms = ["linux/amd64", "linux/arm64"]
                  attest = [
                    "type=provenance,mode=max",
                    "type=sbom",
                  ]
                }
                target "app" {
                  inherits = ["_common", "docker-metadata-action"]
                }
                target "release" {
                  inherits = ["app"]
                  tags     = tag("app")
                }
                target "tool" {
                  inherits = ["_common"]
                  matrix   = { v = ["1", "2"] }
                  name     = "tool-${v}"
                  tags     = ["${REGISTRY}/tool:${v}"]
                }
                target "test" {
                  inherits = ["_common"]
                  output   = ["type=cacheonly"]
                }
                """,
            ".github/workflows/ci.yml": """\
                on: push
                jobs:
                  bake:
                    runs-on: ubuntu-latest
                    permissions: { id-token: write }
                    steps:
                      - uses: docker/metadata-action@v5
                        id: meta
                        with: { images: quay.io/acme/app }
                      - uses: docker/bake-action@v6
                        id: bake
                        with:
                          files: |
                            ./docker-bake.hcl
                            cwd://${{ steps.meta.outputs.bake-file }}
                          push: true
                      - run: echo "$META" | jq -r '.[]["image.name"]' | xargs -n1 cosign sign --yes
                        env: { META: "${{ steps.bake.outputs.metadata }}" }
                """,
        }
    )
    pipeline.fine()
    fixed = pipeline.broken(
        '    "type=provenance,mode=max",\n', "", 'provenance-not-explicit "app"', 'provenance-not-explicit "tool"'
    )
    assert fixed["docker-bake.hcl"].count('"type=provenance,mode=max"') == 2
    fixed = pipeline.broken("mode=max", "disabled=true", 'provenance-disabled "type=provenance,disabled=true",')
    assert '    "type=provenance",\n' in fixed["docker-bake.hcl"]
    pipeline.broken("type=cacheonly", "type=docker", 'attestation-with-load "test"')
    pipeline.broken(
        "bake-action@v6",
        "bake-action@v5.0.0",
        "action-too-old v5.0.0",
        "provenance-not-explicit docker/bake-action@v5.0.0",
    )


def test_bake_in_json(repository: Make) -> None:
    pipeline = repository(
        {
            "docker-bake.json": """\
                {
                  "target": {
                    "app": {
                      "context": ".",
                      "tags": ["quay.io/acme/app:1"],
                      "attest": ["type=provenance,mode=max", {"type": "sbom"}]
                    },
                    "dev": { "target": "dev", "output": ["type=docker"] }
                  }
                }
                """
        }
    )
    pipeline.fine()
    pipeline.broken("mode=max", "mode=min", 'provenance-min "type=provenance,mode=min",')
    fixed = pipeline.broken(
        ',\n      "attest": ["type=provenance,mode=max", {"type": "sbom"}]',
        "",
        'provenance-not-explicit "app":',
        'sbom-not-requested "app":',
    )
    assert '\n      "attest": ["type=sbom", "type=provenance,mode=max"]\n' in fixed["docker-bake.json"]


def test_compose(repository: Make) -> None:
    pipeline = repository(
        {
            "compose.yaml": """\
                name: app
                x-build: &build
                  context: .
                  provenance: mode=max
                  sbom: true
                services:
                  web:
                    image: "${REGISTRY:-quay.io/acme}/web:${TAG}"
                    build:
                      <<: *build
                      target: web
                  api:
                    image: quay.io/acme/api
                    build: { context: api, provenance: "${PROVENANCE:-mode=max}", sbom: true }
                  db:
                    image: postgres:17
                  dev:
                    build: .
                """
        }
    )
    pipeline.fine()
    pipeline.broken("  provenance: mode=max\n", "", "provenance-not-explicit web:")
    pipeline.broken(
        '{ context: api, provenance: "${PROVENANCE:-mode=max}", sbom: true }',
        "./api",
        "provenance-not-explicit api:",
        "sbom-not-requested api:",
    )
    pipeline.broken(
        "dev:\n    build: .",
        "dev:\n    image: quay.io/acme/dev\n    build: { context: ., sbom: false }",
        "provenance-not-explicit dev:",
        "sbom-not-requested false",
    )


def test_gitlab_with_docker_in_docker(repository: Make) -> None:
    pipeline = repository(
        {
            ".gitlab-ci.yml": """\
                default:
                  image: docker:29
                  services: [docker:29-dind]
                  id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }
                .login: &login
                  - echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"
                build:
                  rules: [{ if: $CI_COMMIT_TAG }]
                  before_script:
                    - *login
                    - docker context create tls && docker buildx create --bootstrap --use tls
                  script:
                    - |
                      docker buildx build \\
                        --provenance=mode=max --sbom=true \\
                        --tag "$CI_REGISTRY_IMAGE:$CI_COMMIT_TAG" \\
                        --push .
                    - cosign sign --yes "$CI_REGISTRY_IMAGE@$(crane digest "$CI_REGISTRY_IMAGE:$CI_COMMIT_TAG")"
                """
        }
    )
    pipeline.fine()
    pipeline.broken(
        "--provenance=mode=max --sbom=true \\\n",
        "--provenance=false \\\n",
        "provenance-disabled --provenance=false",
        "sbom-not-requested docker",
    )
    pipeline.broken(
        '@$(crane digest "$CI_REGISTRY_IMAGE:$CI_COMMIT_TAG")',
        ":$CI_COMMIT_TAG",
        'sign-tag "$CI_REGISTRY_IMAGE:$CI_COMMIT_TAG"',
    )
    pipeline.broken(
        "        --push .\n",
        "        --load .\n    - docker push $CI_REGISTRY_IMAGE:$CI_COMMIT_TAG\n",
        "attestation-with-load --provenance=mode=max",
        "load-then-push docker",
    )


def test_a_makefile(repository: Make) -> None:
    pipeline = repository(
        {
            "Makefile": """\
                IMAGE ?= quay.io/acme/app
                TAG   ?= $(shell git describe --tags --always)
                PLATFORMS := linux/amd64,linux/arm64
                DOCKER ?= docker
                ATTEST = --provenance=mode=max --sbom=true
                .PHONY: image sign test
                test:
                \t$(DOCKER) build -t app:test .
                image: ## builds and pushes
                \t@$(DOCKER) buildx build --platform $(PLATFORMS) \\
                \t\t$(ATTEST) \\
                \t\t--tag $(IMAGE):$(TAG) --metadata-file build.json --push .
                sign:
                \tcosign sign --yes $(IMAGE)@$$(jq -r '."containerimage.digest"' build.json)
                help:
                \t@echo "docker push $(IMAGE)"
                """
        }
    )
    pipeline.fine()
    fixed = pipeline.broken("--provenance=mode=max ", "", "provenance-not-explicit $(DOCKER)")
    assert "\t@$(DOCKER) buildx build --provenance=mode=max --platform" in fixed["Makefile"]
    pipeline.broken("@$$(jq -r '.\"containerimage.digest\"' build.json)", ":latest", "sign-tag $(IMAGE):latest")


def test_a_script(repository: Make) -> None:
    pipeline = repository(
        {
            "release.sh": """\
                #!/usr/bin/env bash
                set -euo pipefail
                # docker push quay.io/acme/app:1
                usage() { cat <<EOF
                usage: docker push quay.io/acme/app:1
                EOF
                }
                image=quay.io/acme/app
                tag="${1:?}"
                args=(--provenance=mode=max --sbom=true)
                docker buildx build "${args[@]}" -t "$image:$tag" --push .
                docker buildx imagetools create -t "$image:latest" "$image:$tag"
                skopeo copy --all --preserve-digests "docker://$image:$tag" "docker://docker.io/acme/app:$tag"
                cosign sign --yes "$image@$(crane digest "$image:$tag")"
                if [[ $tag == v* ]]; then
                  for r in docker.io ghcr.io; do
                    cosign sign --yes "$r/acme/app@$(crane digest "$r/acme/app:$tag")"
                  done
                fi
                case "$tag" in
                  dev) docker buildx build --load -t "$image" . ;;
                esac
                """
        }
    )
    pipeline.fine()
    pipeline.broken('"${args[@]}"', "--sbom=true", "provenance-not-explicit docker")
    pipeline.broken(
        ' "$r/acme/app@$(crane digest "$r/acme/app:$tag")"',
        ' "$r/acme/app"',
        'sign-tag "$r/acme/app"',
        'sign-tag "$r/acme/app"',
    )
    pipeline.broken(
        "  dev) docker buildx build --load",
        "  dev) docker buildx build --push",
        "provenance-not-explicit docker",
        "sbom-not-requested docker",
    )
