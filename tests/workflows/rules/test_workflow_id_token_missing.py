import pytest

from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.text import SourceText
from tests.workflows.looking import fixed, found, job, places, run

RULE = "workflow-id-token-missing"
SIGN = run("cosign sign --yes quay.io/acme/app@$DIGEST")


def with_permissions(permissions: str, steps: str = SIGN) -> str:
    return job(steps).replace("    steps:", f"    permissions:{permissions}\n    steps:")


def test_a_job_without_the_permission() -> None:
    text = with_permissions("\n      contents: read # for checkout")
    assert places(RULE, text) == [(6, "high")]
    after = text.replace("for checkout\n", "for checkout\n      id-token: write\n")
    assert fixed(RULE, text) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" { contents: read }", " { contents: read, id-token: write }"),
        (" {}", " {id-token: write}"),
        ("\n      id-token: read", "\n      id-token: write"),
    ],
)
def test_other_spellings_of_permissions(before: str, after: str) -> None:
    assert fixed(RULE, with_permissions(before)) == with_permissions(after)


def test_the_workflows_permissions_are_copied_to_the_job_that_signs() -> None:
    text = job(SIGN, head="permissions:\n  contents: read\n  packages: write")
    assert places(RULE, text) == [(6, "high")]
    block = "    permissions:\n      contents: read\n      packages: write\n      id-token: write\n    runs-on"
    assert fixed(RULE, text) == text.replace("    runs-on", block)


@pytest.mark.parametrize("permissions", [" read-all", ""])
def test_what_is_not_written_is_not_mended(permissions: str) -> None:
    text = with_permissions(permissions) if permissions else job(SIGN)
    assert [one.fixable for one in found(RULE, text)] == [False]


@pytest.mark.parametrize("permissions", [" write-all", "\n      id-token: write", " { id-token: '${{ inputs.x }}' }"])
def test_granted_or_unknown(permissions: str) -> None:
    assert not found(RULE, with_permissions(permissions))


@pytest.mark.parametrize(
    "command",
    [
        "cosign sign --key env://KEY quay.io/acme/app@$D",
        "cosign sign --key=$KEY quay.io/acme/app@$D",
        "cosign sign --identity-token=$T quay.io/acme/app@$D",
        "cosign sign $COSIGN_FLAGS quay.io/acme/app@$D",
        "notation sign quay.io/acme/app@$D",
    ],
)
def test_a_key_needs_no_token(command: str) -> None:
    assert not found(RULE, with_permissions("\n      contents: read", run(command)))


def test_a_reusable_workflow_without_permissions_has_those_of_its_caller() -> None:
    assert not found(RULE, job(SIGN).replace("on: push", "on: workflow_call"))


def test_the_caller_of_a_signing_workflow() -> None:
    called = read_file(SourceText("sign.yml", job(SIGN).replace("on: push", "on: workflow_call")))

    def follow(path: str) -> CiFile | None:
        return called if path == "./.github/workflows/sign.yml" else None

    caller = "on: push\npermissions: {}\njobs:\n  sign:\n    uses: ./.github/workflows/sign.yml\n"
    assert places(RULE, caller, follow=follow) == [(4, "high")]
    granted = caller.replace("    uses", "    permissions: { id-token: write }\n    uses")
    assert not found(RULE, granted, follow=follow)
    assert not found(RULE, caller.replace("sign.yml", "other.yml"), follow=follow)


def test_attest_needs_it_too() -> None:
    assert found(RULE, with_permissions(" read-all", "- uses: actions/attest@v4\n"))


def test_what_xargs_signs_comes_from_elsewhere_and_needs_the_token_all_the_same() -> None:
    text = with_permissions("\n      contents: read", run('echo "$TAGS" | xargs -I {} cosign sign --yes {}@$DIGEST'))
    assert places(RULE, text) == [(6, "high")]
    assert not found("workflow-sign-tag", text.replace("@$DIGEST", ""))


GITLAB = "sign:\n  image: alpine\n  script:\n    - cosign sign --yes $CI_REGISTRY_IMAGE@$DIGEST\n"


def test_gitlab_gives_the_token_to_those_who_name_it() -> None:
    text = "stages: [sign]\n" + GITLAB
    assert places(RULE, text, ".gitlab-ci.yml") == [(2, "high")]
    after = text.replace("sign:\n  ", "sign:\n  id_tokens:\n    SIGSTORE_ID_TOKEN: { aud: sigstore }\n  ", 1)
    assert fixed(RULE, text, ".gitlab-ci.yml") == after


@pytest.mark.parametrize(
    "text",
    [
        "default:\n  id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }\n" + GITLAB,
        "include: other.yml\n" + GITLAB,
        GITLAB + "  extends: .with-token\n",
        "." + GITLAB,
        GITLAB.replace("--yes", "--key $KEY"),
        GITLAB + "  variables: { SIGSTORE_ID_TOKEN: $CI_JOB_JWT_V2 }\n",
        "x: &x\n  id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }\n" + GITLAB + "  <<: *x\n",
    ],
)
def test_somebody_else_may_name_it_or_it_is_not_needed(text: str) -> None:
    assert not found(RULE, text, ".gitlab-ci.yml")


def test_an_empty_entry_is_not_written_twice() -> None:
    text = job(SIGN, head="permissions:\n  contents: read").replace("    steps:", "    permissions:\n    steps:")
    assert [one.fixable for one in found(RULE, text)] == [False]


SIGNING_ACTION = """\
inputs:
  push: { default: "false" }
runs:
  using: composite
  steps:
    - if: ${{ inputs.push == 'true' }}
      shell: bash
      run: cosign sign --yes quay.io/acme/app@$DIGEST
"""


def of_action(path: str) -> CiFile | None:
    return read_file(SourceText("image/action.yml", SIGNING_ACTION)) if path == "./image" else None


@pytest.mark.parametrize(("inputs", "said"), [("push: false", 0), ("other: 1", 0), ("push: true", 1), ("push: $X", 1)])
def test_an_action_that_signs_only_if_its_caller_says_so(inputs: str, said: int) -> None:
    """A job that builds for tests calls the same action as the one that publishes, and needs no token."""
    inputs = inputs.replace("$X", "${{ github.ref_name }}")
    text = job(f"- uses: ./image\n  with:\n    {inputs}\n")
    assert len(found(RULE, text, follow=of_action)) == said
