import pytest

from tests.workflows.looking import found, job, places, run

RULE = "workflow-sign-without-installer"
CONDITION = "github.event_name != 'pull_request'"
INSTALL = f"- uses: sigstore/cosign-installer@v4\n  if: {CONDITION}\n"
SIGN = run("cosign sign --yes quay.io/acme/app@$DIGEST")


def sign(condition: str) -> str:
    return SIGN + f"  if: {condition}\n"


def test_a_sign_step_without_the_installers_condition() -> None:
    assert places(RULE, job(INSTALL + SIGN)) == [(9, "medium")]
    (one,) = found(RULE, job(INSTALL.replace(CONDITION, f"{CONDITION} && inputs.sign") + sign("inputs.sign")))
    assert CONDITION in one.message


@pytest.mark.parametrize(
    "condition",
    [CONDITION, f"${{{{ {CONDITION} }}}}", f"{CONDITION} && inputs.sign", "github.ref == 'refs/heads/main'"],
)
def test_the_same_a_narrower_or_another_condition(condition: str) -> None:
    assert not found(RULE, job(INSTALL + sign(condition)))


def test_an_installer_that_always_runs_or_that_nobody_sees() -> None:
    assert not found(RULE, job("- uses: sigstore/cosign-installer@v4\n" + INSTALL + SIGN))
    assert not found(RULE, job(INSTALL + "- uses: ./.github/actions/tools\n" + SIGN))
    assert not found(RULE, job(SIGN))


def test_a_condition_in_the_script_may_be_the_installers_one() -> None:
    """The step asks in its shell for what the installer asks for in its `if`."""
    inside = run(
        'if [[ "$SIGN" == "true" ]]; then', "  cosign sign --yes quay.io/acme/app@$DIGEST", "fi", env="SIGN: x"
    )
    assert not found(RULE, job(INSTALL + inside))
