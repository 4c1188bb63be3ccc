import pytest

from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-sign-other-registry"
READ = "D=$(crane digest quay.io/acme/app:1)"


def test_a_digest_read_from_one_registry_signs_in_both() -> None:
    text = job(run(READ, "cosign sign --yes quay.io/acme/app@$D", "cosign sign --yes docker.io/acme/app@$D"))
    assert places(RULE, text) == [(9, "medium")]


@pytest.mark.parametrize("where", ["$GITHUB_OUTPUT", "${GITHUB_OUTPUT}", '"$GITHUB_OUTPUT"'])
def test_through_a_steps_output(where: str) -> None:
    read = f'- id: read\n  run: |\n    {READ}\n    echo "digest=$D" >> {where}\n'
    text = job(read + run("cosign sign docker.io/acme/app@${D}", env="D: '${{ steps.read.outputs.digest }}'"))
    assert len(found(RULE, text)) == 1
    same = job(read + run("cosign sign quay.io/acme/app@${D}", env="D: '${{ steps.read.outputs.digest }}'"))
    assert not found(RULE, same)


def test_through_the_environment() -> None:
    text = job(
        run('echo "D=$(crane digest quay.io/acme/app:1)" >> $GITHUB_ENV') + run("cosign sign docker.io/acme/app@$D")
    )
    assert len(found(RULE, text)) == 1


def test_one_push_to_both_registries_has_one_digest() -> None:
    sign = run("cosign sign docker.io/acme/app@$D", env="D: '${{ steps.build.outputs.digest }}'")
    assert not found(RULE, job(build("push: true", "tags: quay.io/acme/app:1,docker.io/acme/app:1") + sign))
    assert found(RULE, job(build("push: true", "tags: quay.io/acme/app:1") + sign))


def test_a_copy_keeps_the_digest() -> None:
    text = job(run(READ, "crane copy quay.io/acme/app:1 docker.io/acme/app:1", "cosign sign docker.io/acme/app@$D"))
    assert not found(RULE, text)


@pytest.mark.parametrize("read", ["D=$(cat digest)", "D=$(crane digest $IMAGE)", "D=$OTHER", "D=sha256:1"])
def test_an_unknown_origin_is_no_finding(read: str) -> None:
    assert not found(RULE, job(run(read, "cosign sign docker.io/acme/app@$D")))


@pytest.mark.parametrize("read", ["cat target/jib-image.digest", "jq -r .digest build/meta.json", "head -1 quay.io/x"])
def test_a_file_is_no_image(read: str) -> None:
    assert not found(RULE, job(run(f"D=$({read})", "cosign sign docker.io/acme/app@$D")))


@pytest.mark.parametrize(
    "read",
    [
        "skopeo inspect --format '{{.Digest}}' docker://quay.io/acme/app:1",
        "docker buildx imagetools inspect quay.io/acme/app:1 --format '{{.Manifest.Digest}}'",
        "/usr/local/bin/crane digest quay.io/acme/app:1",
    ],
)
@pytest.mark.parametrize("name", ["ci.yml", ".gitlab-ci.yml", "x.sh", "Makefile"])
def test_in_every_kind_of_file(name: str, read: str) -> None:
    command = f"cosign sign --yes docker.io/acme/app@$({read})"
    text = {
        "ci.yml": job(run(command)),
        ".gitlab-ci.yml": f"a:\n  script:\n    - |\n      {command}\n",
        "x.sh": command + "\n",
        "Makefile": f"a:\n\t{command.replace('$', '$$')}\n",
    }[name]
    assert len(found(RULE, text, name)) == 1


def test_through_another_jobs_output() -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1")).replace(
        "    steps:", "    outputs: { d: '${{ steps.build.outputs.digest }}' }\n    steps:"
    )
    command = "cosign sign docker.io/acme/app@${{ needs.image.outputs.d }}"
    sign = f"  sign:\n    needs: [image]\n    steps:\n      - run: {command}\n"
    assert len(found(RULE, text + sign)) == 1
    assert not found(RULE, text + sign.replace("docker.io", "quay.io"))
