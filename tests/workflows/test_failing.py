"""Jobs that GitHub no longer runs to their end publish nothing: what is said of them is low."""

import pytest

from bot.workflows.doubts import Doubt
from bot.workflows.shell.unclosed import is_unclosed
from tests.workflows.looking import build, found, job, run

SBOM = "workflow-sbom-not-requested"
BUILD = build("push: true", "tags: quay.io/acme/app:1")


def doubts(text: str) -> set[tuple[Doubt, ...]]:
    told = {one.doubts for one in found(SBOM, text)}
    assert told
    return told


@pytest.mark.parametrize(
    "step",
    [
        run("echo ::set-env name=TAG::1"),
        run('echo "::add-path::/opt/bin"'),
        run('echo "TAG=$(git describe) >> $GITHUB_ENV', "tail $GITHUB_ENV"),
        "- uses: actions/upload-artifact@v3\n",
        "- uses: actions/download-artifact@v2.1.0\n",
        "- uses: actions/cache@v2\n",
    ],
)
def test_what_fails_before_the_build(step: str) -> None:
    assert doubts(job(step + BUILD)) == {(Doubt.FAILS,)}


@pytest.mark.parametrize(
    "step",
    [
        run("echo ::set-output name=tag::1"),
        run("echo ::set-env name=TAG::1", env="ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true'"),
        run("echo ::set-env name=TAG::1") + "  continue-on-error: true\n",
        run("echo ::set-env name=TAG::1") + "  if: github.event_name == 'push'\n",
        run('echo "it\'s"'),
        run("IFS=$'\\n' read -r a"),
        run("cat <<END", "it's", "END"),
        "- uses: actions/upload-artifact@v4\n",
        "- uses: actions/cache@v3\n",
        "- uses: actions/cache@0123456789012345678901234567890123456789\n",
    ],
)
def test_what_still_works(step: str) -> None:
    assert doubts(job(step + BUILD)) == {()}


def test_a_script_behind_the_build_fails_too_late() -> None:
    assert doubts(job(BUILD + run("echo ::set-env name=TAG::1"))) == {()}


def test_runners_that_are_gone() -> None:
    for label, told in (("ubuntu-20.04", (Doubt.FAILS,)), ("ubuntu-22.04", ()), ("${{ matrix.os }}", ())):
        text = job(BUILD).replace("ubuntu-latest", label)
        text += "    strategy: { matrix: { os: [ubuntu-18.04, ubuntu-24.04] } }\n"
        assert doubts(text) == {told}


def test_a_job_that_needs_one_which_fails() -> None:
    head = "on: push\njobs:\n  test:\n    runs-on: ubuntu-20.04\n    steps:\n    - run: make test\n"
    text = job(BUILD).replace("on: push\njobs:\n", head)
    assert doubts(text) == {()}
    assert doubts(text.replace("    steps:\n      - uses", "    needs: test\n    steps:\n      - uses")) == {
        (Doubt.FAILS,)
    }
    always = text.replace("    steps:\n      - uses", "    needs: test\n    if: always()\n    steps:\n      - uses")
    assert doubts(always) == {()}


@pytest.mark.parametrize(
    ("script", "unclosed"),
    [
        ("echo 'a", True),
        ('echo "a', True),
        ('echo "$A $(git describe) >> $OUT\n\n', True),
        ("echo 'a' \"b\" '$(c)'", False),
        ("echo a # it's", False),
        ("echo \\' $'it\\'s", False),
        ("echo \"${{ a == 'b' }}\"", False),
        ("find . -exec rm {} \\;\n", False),
        ("make \\\n  all \\\n", False),
        ('A=$(jq "[.[] | select(.n == \\"a\\" or .b)]" x)\nexit 1\n', False),
        ('A=$(jq "[.[] | select(.n == \\"a or .b)]" x)\nexit 1\n', False),
        ('echo "$(date "+%Y")"', False),
        ('echo "$(date "+%Y)', True),
        ('echo "${A:-it\'s}"', False),
        ("", False),
    ],
)
def test_scripts_that_end_inside_of_quotes(script: str, unclosed: bool) -> None:  # noqa: FBT001 - a table
    assert is_unclosed(script) is unclosed


def test_quotes_of_other_shells_are_not_judged() -> None:
    step = "- run: |\n    echo 'a\n"
    assert doubts(job(step + BUILD)) == {(Doubt.FAILS,)}
    assert doubts(job(step + "  shell: cmd\n" + BUILD)) == {()}
    assert doubts(job(step + BUILD, "defaults: { run: { shell: pwsh } }")) == {()}
    assert doubts(job(step + "  shell: bash\n" + BUILD)) == {(Doubt.FAILS,)}
    assert Doubt.FAILS not in {one for found in doubts(job(step + BUILD).replace("ubuntu", "windows")) for one in found}


def test_a_push_to_a_registry_that_is_not_logged_in_to() -> None:
    login = "- uses: docker/login-action@v4\n  with: {{ registry: {} }}\n"
    two = build("push: true", "tags: 'quay.io/acme/app:1,ghcr.io/acme/app:1'")
    assert doubts(job(login.format("quay.io") + two)) == {(Doubt.NO_LOGIN,)}
    assert doubts(job(login.format("quay.io") + login.format("ghcr.io") + two)) == {()}
    assert doubts(job(two)) == {()}  # it has its credentials from somewhere
    (one,) = found("workflow-registry-without-login", job(login.format("quay.io") + two))
    assert one.severity.value == "high"


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("vars.PUBLISH == 'true'", (Doubt.BY_VARIABLE,)),
        ("${{ github.event_name == 'push' && vars.PUBLISH == 'true' }}", (Doubt.BY_VARIABLE,)),
        ("github.event_name == 'push' || vars.PUBLISH == 'true'", ()),
        ("vars.SKIP != 'true'", ()),
    ],
)
def test_what_a_variable_of_the_repository_decides(condition: str, told: tuple[Doubt, ...]) -> None:
    assert doubts(job(BUILD + f"  if: {condition}\n")) == {told}
    assert doubts(job(BUILD).replace("    runs-on", f"    if: {condition}\n    runs-on")) == {told}
