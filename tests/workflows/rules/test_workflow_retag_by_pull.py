from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-retag-by-pull"
PULL, TAG, PUSH = (
    "docker pull quay.io/acme/app:1",
    "docker tag quay.io/acme/app:1 quay.io/acme/app:latest",
    "docker push quay.io/acme/app:latest",
)


def test_pull_tag_push() -> None:
    text = job(run(PULL, TAG, PUSH))
    assert places(RULE, text) == [(8, "low")]  # what the source has is not known
    made = build("push: true", "provenance: mode=max", f"tags: {PULL.rpartition(' ')[2]}").replace("\n", "\n      ")
    elsewhere = f"  build:\n    runs-on: ubuntu-latest\n    steps:\n      {made}".rstrip(" ")
    assert places(RULE, text + elsewhere) == [(8, "high")]


def test_a_part_of_it_is_something_else() -> None:
    assert not found(RULE, job(run(PULL, TAG)))
    assert not found(RULE, job(run(TAG, PUSH)))
    assert not found(RULE, job(run(PULL, "docker run quay.io/acme/app:1")))
    assert not found(RULE, job(run("docker buildx imagetools create -t quay.io/acme/app:latest quay.io/acme/app:1")))


def test_a_pull_that_only_asks_whether_it_is_there() -> None:
    push = "docker push quay.io/acme/app:1 && docker tag quay.io/acme/app:1 quay.io/acme/app:2"
    text = job(run(f"docker pull quay.io/acme/app:1 || ({push} && docker push quay.io/acme/app:2)"))
    assert not found(RULE, text)
