"""Files that people keep: policies, workflows, bake files, scripts, Dockerfiles, files that name images."""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from bot.digest.schedule import parse as parse_schedule
from bot.manifests.reading import app_version_of, found_in
from bot.oci.reference import Reference
from bot.policy.file import read_policy
from bot.workflows.address import read_address
from bot.workflows.find import diff, lint_text
from bot.workflows.shell.commands import commands_of
from tests.conftest import ROOT
from tests.fuzz.reader import Reader, clean_text_of, text_of

IMAGE = Reference.parse("quay.io/acme/app:1")
PUSH = "docker buildx build --provenance=mode=max --sbom=true --push -t quay.io/acme/app:$TAG ."
SCRIPT = f"""#!/bin/bash
set -e
TAG="${{1:-latest}}"
if [ -n "$PUSH" ]; then {PUSH} ; fi
for a in x "y z"; do echo "$(docker tag a:1 b:2 && docker push b:2)" | tee <<EOF
text $a
EOF
done
cosign sign --key env://KEY quay.io/acme/app@$(crane digest quay.io/acme/app:1) # provenance: ignore
""".encode()
WORKFLOW = b"""on: {push: {tags: ["v*"]}}
env: {IMAGE: ghcr.io/acme/app}
jobs:
  build:
    runs-on: ubuntu-latest
    permissions: {contents: read, packages: write, id-token: write}
    strategy: {matrix: {platform: [linux/amd64, linux/arm64]}}
    steps:
      - uses: actions/checkout@v4
      - uses: docker/setup-buildx-action@v3
      - uses: docker/login-action@v3
        with: {registry: ghcr.io, username: a, password: "${{ secrets.GITHUB_TOKEN }}"}
      - id: build
        uses: docker/build-push-action@v6
        with:
          push: ${{ github.event_name != 'pull_request' }}
          tags: ${{ env.IMAGE }}:${{ github.ref_name }}
          provenance: false
          build-args: |
            TOKEN=${{ secrets.TOKEN }}
      - run: cosign sign --yes ghcr.io/acme/app@${{ steps.build.outputs.digest }}
"""
ACTION = b"name: x\nruns:\n  using: composite\n  steps:\n    - run: docker push a/b:1\n      shell: bash\n"
GITLAB = b"""build:
  image: docker:27
  script:
    - docker build -t $CI_REGISTRY_IMAGE .
    - docker push $CI_REGISTRY_IMAGE
"""
GORELEASER = b"version: 2\ndockers:\n  - image_templates: ['acme/app:{{ .Version }}']\n    use: buildx\n"
COMPOSE = b"services:\n  app:\n    build: {context: ., provenance: false}\n    image: quay.io/acme/app:${TAG:-1}\n"
HCL = b"""variable "TAG" { default = "1" }
group "default" { targets = ["app"] }
function "name" { params = [x]  result = "a/${x}" }
target "app" {
  dockerfile = "Dockerfile"
  tags = ["quay.io/acme/app:${TAG}", name("b")]
  attest = ["type=provenance,mode=min", { type = "sbom" }]
  output = ["type=registry"]
  matrix = { os = ["linux", "other"] }
}
"""
BAKE_JSON = b'{"target":{"app":{"tags":["a/b:1"],"attest":["type=provenance,mode=min"],"output":["type=registry"]}}}'
DOCKERFILE = b"""# syntax=docker/dockerfile:1
ARG A=1
FROM alpine:$A AS x
ARG TOKEN
RUN --mount=type=cache,target=/x <<E
rm -rf /lib/apk
E
COPY ["a", "b"]
RUN rm -rf /var/lib/dpkg \\
  && true
"""
CIRCLE = b"""jobs:
  image:
    steps:
      - run: docker build -t quay.io/acme/app:<< parameters.tag >> .
      - run: { command: "docker push quay.io/acme/app:<< parameters.tag >>" }
"""
PACKAGE_JSON = rb"""{"scripts": {"image": "echo \"a\" \ud83d\ude00 && docker build --push -t quay.io/acme/app:1 .",
  "release": "npm run image"}}"""
MAKEFILE = b"""TAG ?= 1
IMAGE := a/b
.PHONY: push
push: build
	docker push $(IMAGE):$(TAG)
build:
	@docker build -t $(IMAGE):$(TAG) .
include x.mk
"""
TASKFILE = b"""version: '3'
includes: {docker: {taskfile: ./docker, flatten: true, aliases: [d]}}
vars:
  IMAGE: '{{.REGISTRY | default "localhost:5000"}}/app'
  TAG: {sh: git describe}
env: {KO_DOCKER_REPO: quay.io/acme/app}
tasks:
  push:
    aliases: [p]
    deps: [build, {task: lint, vars: {TAG: x}}]
    dir: app
    cmds:
      - docker push {{.IMAGE}}:{{.TAG}}
      - for: [a, b]
        cmd: docker buildx build {{if .CI}}--push{{end}} -t quay.io/acme/{{.ITEM}} .
      - defer: {task: 'clean:{{.ITEM}}'}
  build: [docker build -t '{{.IMAGE}}:{{.TAG}}' .]
"""
JUSTFILE = b"""set shell := ["bash", "-c"]
import 'ci/x.just'
mod docker
export org := 'quay.io/acme' # images
image := org / env('NAME', "app") + `cat x`
alias p := push
[group('ci')]
push tag='latest' *rest: (build tag) && lint
    @docker push {{image}}:{{ tag }} \\
      {{ if rest == '' { '' } else { '{{{{' } }}
build $tag:
    #!/usr/bin/env bash
    docker buildx build --push -t quay.io/acme/app:$tag .
"""
KUBERNETES = b"""apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers: [{name: a, image: "quay.io/acme/app:1@sha256:00"}]
---
kind: CustomResourceDefinition
---
image: {registry: quay.io, repository: acme/app, tag: 1}
x: &x {image: a/b}
y: *x
"""
POLICY = b"""images:
  - match: ["quay.io/acme/*", "ghcr.io/{a,b}/**"]
    watch: 10m
    channel: "#releases"
    require: [default, signature-missing]
    ignore: '.+-cache'
    identities: [{issuer: "https://token.actions.githubusercontent.com", subject: "https://github.com/acme/.+"}]
waivers:
  - rule: provenance-missing
    image: "quay.io/acme/legacy:*"
    reason: "it is old"
    until: 2027-01-31
"""


def _lint(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        text = text_of(data)
        findings = lint_text(name, text)
        diff(name, text, findings)

    return read


def _shell(data: bytes) -> None:
    for command in commands_of(clean_text_of(data)):
        str(command)


def _images(name: str) -> Callable[[bytes], object]:
    return lambda data: found_in(name, clean_text_of(data))


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def _policy(data: bytes) -> None:
    path = _folder() / "policy.yaml"
    path.write_bytes(data)
    read = read_policy(path)
    read.for_image(IMAGE)
    read.listed()
    read.watched()


def _schedule(data: bytes) -> None:
    parse_schedule(text_of(data))


def _workflows() -> Iterator[bytes]:
    yield WORKFLOW
    yield from (path.read_bytes() for path in sorted((ROOT / "tests" / "fixtures" / "workflows").glob("*.y*ml")))


readers = (
    Reader("workflow", _lint(".github/workflows/release.yml"), _workflows),
    Reader("action-file", _lint("action.yml"), lambda: (ACTION,)),
    Reader("gitlab-pipeline", _lint(".gitlab-ci.yml"), lambda: (GITLAB,)),
    Reader("other-pipeline", _lint(".circleci/config.yml"), lambda: (CIRCLE,)),
    Reader("goreleaser", _lint(".goreleaser.yaml"), lambda: (GORELEASER,)),
    Reader("compose-lint", _lint("compose.yaml"), lambda: (COMPOSE,)),
    Reader("bake-hcl", _lint("docker-bake.hcl"), lambda: (HCL,)),
    Reader("bake-json", _lint("docker-bake.json"), lambda: (BAKE_JSON,)),
    Reader("dockerfile", _lint("Dockerfile"), lambda: (DOCKERFILE,)),
    Reader("makefile", _lint("Makefile"), lambda: (MAKEFILE,)),
    Reader("taskfile", _lint("Taskfile.yml"), lambda: (TASKFILE,)),
    Reader("justfile", _lint("justfile"), lambda: (JUSTFILE,)),
    Reader("package-json", _lint("package.json"), lambda: (PACKAGE_JSON,)),
    Reader("script", _lint("release.sh"), lambda: (SCRIPT,)),
    Reader("shell-words", _shell, lambda: (SCRIPT,)),
    Reader("images-yaml", _images("images.yaml"), lambda: (KUBERNETES, COMPOSE)),
    Reader("images-list", _images("images.txt"), lambda: (b"quay.io/a/b:1\n# no\nghcr.io/x/y:2 # yes\n",)),
    Reader(
        "chart", lambda data: app_version_of("Chart.yaml", clean_text_of(data)), lambda: (b"appVersion: 1\nname: a",)
    ),
    Reader("policy", _policy, lambda: (POLICY,)),
    Reader(
        "workflow-address",
        lambda data: read_address(text_of(data)),
        lambda: (b"https://github.com/a/b/blob/main/.github/workflows/x.yml",),
    ),
    Reader("schedule", _schedule, lambda: (b"daily 09:00 Europe/Berlin", b"weekly mon 08:30 UTC", b"off")),
)
