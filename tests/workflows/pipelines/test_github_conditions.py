"""Builds that are pushed on some runs only, or nowhere."""

from tests.workflows.pipelines.conftest import Make

ACTION = "docker/build-push-action@v6"


def test_pull_requests_build_and_do_not_push(repository: Make) -> None:
    pipeline = repository(
        """\
        on: pull_request
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - uses: docker/setup-buildx-action@v3
              - uses: docker/build-push-action@v6
                with: { context: ., load: true, tags: "acme/app:test" }
              - run: docker run --rm acme/app:test --version
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: docker/build-push-action@v6
                with:
                  push: false
                  platforms: linux/amd64,linux/arm64
                  tags: quay.io/acme/app:pr-${{ github.event.number }}
        """
    )
    pipeline.fine()
    pipeline.broken("push: false", "push: true")  # people do not use what a pull request pushes
    pipeline.broken("load: true", "load: true, sbom: true", "attestation-with-load true,")


def test_one_build_is_loaded_for_tests_and_a_second_is_pushed(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        env: { TEST_TAG: acme/app:test }
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            steps:
              - uses: docker/setup-buildx-action@v3
              - uses: docker/build-push-action@v6
                with:
                  load: true
                  tags: ${{ env.TEST_TAG }}
              - run: docker run --rm ${{ env.TEST_TAG }}
              - uses: docker/build-push-action@v6
                id: push
                with:
                  platforms: linux/amd64,linux/arm64
                  push: true
                  tags: quay.io/acme/app:latest
                  provenance: mode=max
                  sbom: true
              - uses: sigstore/cosign-installer@v3
              - run: cosign sign --yes quay.io/acme/app@${{ steps.push.outputs.digest }}
        """
    )
    pipeline.fine()
    pipeline.broken(
        "docker run --rm ${{ env.TEST_TAG }}",
        "docker tag ${{ env.TEST_TAG }} quay.io/acme/app:x && docker push quay.io/acme/app:x",
        f"load-then-push {ACTION}",
    )
    pipeline.broken("tags: ${{ env.TEST_TAG }}\n", "provenance: true\n", "attestation-with-load true")


def test_conditions_say_which_step_runs(repository: Make) -> None:
    pipeline = repository(
        """\
        on: [push, pull_request]
        jobs:
          image:
            if: github.repository == 'acme/app'
            runs-on: ubuntu-latest
            permissions: { id-token: write, contents: read }
            steps:
              - uses: docker/build-push-action@v6
                if: github.event_name == 'pull_request'
                with: { push: false, tags: "quay.io/acme/app:pr" }
              - uses: docker/build-push-action@v6
                id: main
                if: github.ref == 'refs/heads/main'
                with: { push: true, tags: "quay.io/acme/app:main", provenance: mode=max, sbom: true }
              - uses: docker/build-push-action@v6
                id: tag
                if: startsWith(github.ref, 'refs/tags/')
                with:
                  push: true
                  tags: quay.io/acme/app:${{ github.ref_name }}
                  provenance: mode=max
                  sbom: true
              - uses: sigstore/cosign-installer@v3
                if: github.event_name != 'pull_request'
              - if: github.event_name != 'pull_request'
                run: cosign sign --yes quay.io/acme/app@${{ steps.main.outputs.digest || steps.tag.outputs.digest }}
        """
    )
    pipeline.fine()
    pipeline.broken(
        "                  provenance: mode=max\n".removeprefix("        "), "", f"provenance-not-explicit {ACTION}"
    )
    pipeline.broken(
        "quay.io/acme/app@${{ steps.main.outputs.digest || steps.tag.outputs.digest }}",
        "quay.io/acme/app:main@${{ steps.tag.outputs.digest }}",
        "sign-wrong-step steps.tag.outputs.digest",
    )


def test_a_registry_that_lives_as_long_as_the_job(repository: Make) -> None:
    pipeline = repository(
        """\
        on: [push, pull_request]
        jobs:
          e2e:
            runs-on: ubuntu-latest
            services: { registry: { image: "registry:2", ports: ["5000:5000"] } }
            steps:
              - uses: docker/setup-buildx-action@v3
                with: { driver-opts: network=host }
              - uses: docker/build-push-action@v6
                with: { push: true, tags: "localhost:5000/acme/app:e2e" }
              - run: |
                  docker build -t localhost:5000/acme/web:e2e web
                  docker push localhost:5000/acme/web:e2e
                  docker manifest create localhost:5000/acme/all:e2e localhost:5000/acme/app:e2e
                  skopeo copy docker://quay.io/acme/db:1 docker://localhost:5000/acme/db:1
        """
    )
    pipeline.fine()
    pipeline.broken("docker://localhost:5000/acme/db:1", "docker://quay.io/acme/db:2", "copy-loses-attestations skopeo")
