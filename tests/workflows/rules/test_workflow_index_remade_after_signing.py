from tests.workflows.looking import found, job, places, run

RULE = "workflow-index-remade-after-signing"
SIGN = "cosign sign quay.io/acme/app@$D"
MERGE = "docker buildx imagetools create -t quay.io/acme/app:1 quay.io/acme/app@$A quay.io/acme/app@$B"


def test_signed_and_then_merged() -> None:
    assert places(RULE, job(run(SIGN, MERGE))) == [(8, "medium")]


def test_merged_and_then_signed_or_only_retagged() -> None:
    assert not found(RULE, job(run(MERGE, SIGN)))
    assert not found(RULE, job(run(SIGN, MERGE, SIGN)))
    assert not found(RULE, job(run(SIGN, "docker buildx imagetools create -t quay.io/acme/app:1 quay.io/acme/app@$A")))
    assert not found(RULE, job(run(SIGN, MERGE.replace("acme/app:1", "acme/other:1"))))
