"""Scripts in GitHub's workflows: blocks, folds, other shells, here-documents, comments."""

from tests.workflows.pipelines.conftest import CI, Make, look, said


def test_a_folded_command(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            steps:
              - run: >-
                  docker buildx build
                  --platform linux/amd64,linux/arm64
                  --provenance=mode=max
                  --sbom=true
                  --tag quay.io/acme/app:${{ github.sha }}
                  --metadata-file meta.json
                  --push
                  .
              - uses: sigstore/cosign-installer@v3
              - run: >
                  cosign sign --yes
                  "quay.io/acme/app@$(jq -r '."containerimage.digest"' meta.json)"
        """
    )
    pipeline.fine()
    fixed = pipeline.broken("          --provenance=mode=max\n", "", "provenance-not-explicit docker")
    assert "- run: >-\n          docker buildx build --provenance=mode=max\n          --platform" in fixed[CI]
    pipeline.broken("--provenance=mode=max", "--provenance=mode=min", "provenance-min --provenance=mode=min")
    pipeline.broken("--sbom=true", "--sbom=false", "sbom-not-requested --sbom=false")


def test_a_block_with_continuations_variables_and_a_wrapper(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        env: { IMAGE: quay.io/acme/app }
        jobs:
          image:
            runs-on: ubuntu-latest
            permissions: { id-token: write }
            steps:
              - run: |
                  set -euo pipefail
                  flags="--provenance=mode=max --sbom=true"
                  timeout 30m docker buildx build $flags \\
                    --build-arg VERSION="${GITHUB_REF_NAME#v}" \\
                    --tag "$IMAGE:$GITHUB_SHA" --iidfile iid --push . | tee build.log
                  if [[ $GITHUB_REF == refs/tags/* ]]; then
                    docker buildx imagetools create -t "$IMAGE:latest" "$IMAGE:$GITHUB_SHA"
                  fi
              - run: cosign sign --yes "${{ env.IMAGE }}@$(crane digest "${{ env.IMAGE }}:${{ github.sha }}")"
        """
    )
    pipeline.fine()
    fixed = pipeline.broken("$flags \\\n", "--pull \\\n", "provenance-not-explicit docker", "sbom-not-requested docker")
    assert "build --provenance=mode=max --sbom=true --pull \\\n" in fixed[CI]
    pipeline.broken(
        '$(crane digest "${{ env.IMAGE }}:', '$(crane digest "ghcr.io/acme/app:', "sign-other-registry cosign"
    )


def test_what_only_looks_like_a_command(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          docs:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  # docker buildx build --push -t quay.io/acme/app:1 .
                  cat > README.md <<'EOF'
                  docker buildx build --push -t quay.io/acme/app:1 .
                  docker push quay.io/acme/app:1
                  EOF
                  echo "docker push quay.io/acme/app:1"
                  cat <<-END | tee x
                  \tcosign sign quay.io/acme/app:1
                  \tEND
                  grep -r 'docker manifest create' . || true
              - run: >
                  echo docker
                  push quay.io/acme/app:1
        """
    )
    pipeline.fine()
    pipeline.broken(
        "          # docker buildx",
        "          docker buildx",
        "image-never-signed docker",
        "provenance-not-explicit docker",
        "sbom-not-requested docker",
    )
    pipeline.broken(
        "echo docker\n          push", "docker\n          push", "built-elsewhere docker", "image-never-signed docker"
    )


def test_shells_of_windows(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          windows:
            runs-on: windows-latest
            steps:
              - run: |
                  docker build -t quay.io/acme/app:win `
                    --build-arg A=b .
                  docker push quay.io/acme/app:win
              - shell: cmd
                run: docker push quay.io/acme/app:win ^ && echo "unbalanced
        """
    )
    elsewhere = ["built-elsewhere docker", "built-elsewhere |"]
    assert said(look(pipeline.root, pipeline.files)) == elsewhere
    pipeline.broken("shell: cmd", "shell: bash", "built-elsewhere |", "image-never-signed docker")


def test_a_promotion_keeps_everything(repository: Make) -> None:
    pipeline = repository(
        """\
        on: push
        jobs:
          promote:
            runs-on: ubuntu-latest
            env: { SRC: "ghcr.io/acme/app:1.2.3", DST: "quay.io/acme/app:1.2.3" }
            steps:
              - run: docker buildx imagetools create --tag ghcr.io/acme/app:prod "$SRC"
              - run: crane copy "$SRC" "$DST"
              - run: regctl image copy --digest-tags --referrers "$SRC" "$DST"
              - run: skopeo copy --all --preserve-digests "docker://$SRC" "docker://$DST"
              - run: oras cp -r "$SRC" "$DST" && cosign copy "$SRC" "$DST"
        """
    )
    pipeline.fine()
    fixed = pipeline.broken(" --all --preserve-digests", "", "copy-loses-attestations skopeo")
    assert fixed[CI] == pipeline.files[CI]
    pipeline.broken("crane copy", "crane copy --platform linux/amd64", "copy-loses-attestations crane")
    pipeline.broken(
        'regctl image copy --digest-tags --referrers "$SRC" "$DST"',
        'docker pull "$SRC"; docker tag "$SRC" "$DST"; docker push "$DST"',
        "image-never-signed docker",
        "retag-by-pull docker",
    )
