import re
from collections.abc import Callable

import pytest

from bot.workflows.doubts import Doubt
from bot.workflows.find import fixed_text, lint_text
from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.rules import LintFinding
from bot.workflows.text import SourceText
from tests.workflows.looking import WORKFLOW, build, job, run
from tests.workflows.looking import found as found_alone

RULE = "workflow-secret-in-build-arg"
ONLY_BUILDS = "FROM a AS build\nARG TOKEN\nRUN make\nFROM b\nCOPY --from=build /a /a\n"


def dockerfile(text: str, path: str = "Dockerfile") -> Callable[[str], CiFile | None]:
    return lambda uses: read_file(SourceText(path, text)) if uses == f"./{path}" else None


def found(rule: str, text: str) -> list[LintFinding]:
    """What is found where the image keeps every argument."""
    names = re.findall(r"(?:build-args: |--build-arg[ =]|^ +)([A-Z_a-z]+)=", text, re.MULTILINE)
    kept = f"FROM a\nARG {' '.join([*names, 'T'])}\nRUN make\n"
    return [one for one in lint_text(WORKFLOW, text, dockerfile(kept)) if one.rule == rule]


def test_inputs() -> None:
    text = job(build("push: true", "build-args: |", "  VERSION=1", "  TOKEN=${{ secrets.TOKEN }}"))
    (one,) = found(RULE, text)
    assert (one.line, one.column, one.severity.value) == (12, 13, "critical")
    assert "TOKEN" in one.message


def test_what_is_not_published_or_not_valid_for_long_is_no_disaster() -> None:
    text = job(build("push: {}", "tags: quay.io/acme/app:1", "build-args: TOKEN=${{{{ secrets.{} }}}}"))
    for push, token, doubts in (
        ("true", "TOKEN", ()),
        ("false", "TOKEN", (Doubt.NOT_PUSHED,)),
        ("true", "GITHUB_TOKEN", (Doubt.SHORT_LIVED,)),
    ):
        (one,) = found(RULE, text.format(push, token))
        assert (one.doubts, one.severity.value) == (doubts, "low" if doubts else "critical")


@pytest.mark.parametrize("arg", ["--build-arg T=${{ secrets.T }}", "--build-arg=T=$T", "--build-arg T"])
def test_flags(arg: str) -> None:
    assert len(found(RULE, job(run(f"docker build {arg} .", env="T: '${{ secrets.T }}'")))) == 1


def test_secrets_belong_in_secrets() -> None:
    assert not found(RULE, job(build("secrets: |", "  token=${{ secrets.TOKEN }}", "build-args: A=${{ inputs.a }}")))
    assert not found(RULE, job(run("docker build --secret id=T,env=T .", env="T: '${{ secrets.T }}'")))


def argument(name: str, secret: str) -> str:
    return job(build("push: true", "tags: quay.io/acme/app:1", f"build-args: {name}=${{{{ secrets.{secret} }}}}"))


@pytest.mark.parametrize(
    "name",
    [
        *("SEGMENT_WRITE_KEY", "RUDDER_WRITE_KEY", "POSTHOG_KEY", "POSTHOG_API_KEY", "AMPLITUDE_API_KEY"),
        *("MIXPANEL_TOKEN", "SENTRY_DSN", "FRONTEND_SENTRY_DSN", "GA_TRACKING_ID", "GA_MEASUREMENT_ID"),
        *("GOOGLE_ANALYTICS_ID", "STATSIG_CLIENT_KEY", "STRIPE_PUBLISHABLE_KEY", "RECAPTCHA_SITE_KEY"),
        *("FIREBASE_API_KEY", "GOOGLE_MAPS_API_KEY", "GOOGLE_MAPS_KEY", "ALGOLIA_SEARCH_KEY", "ALGOLIA_SEARCH_API_KEY"),
        *("NEXT_PUBLIC_KEY", "VITE_MAP_TOKEN", "REACT_APP_KEY", "PUBLIC_KEY", "NUXT_PUBLIC_KEY"),
    ],
)
def test_keys_that_are_made_to_be_public_are_told_low(name: str) -> None:
    (one,) = found(RULE, argument(name, name))
    assert (one.doubts, one.severity.value) == ((Doubt.MADE_PUBLIC,), "low")
    assert "by its name, the key is made to be public" in one.message


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *(("SEGMENT_SECRET_WRITE_KEY", "A"), ("NEXT_PUBLIC_CLIENT_SECRET", "A"), ("VITE_DB_PASSWORD", "A")),
        *(("REACT_APP_PRIVATE_KEY", "A"), ("NEXT_PUBLIC_KEY", "STRIPE_SECRET_KEY"), ("PUBLIC_KEY", "DB_PASSWORD")),
        *(("POSTHOG_PERSONAL_API_KEY", "A"), ("ALGOLIA_ADMIN_KEY", "A"), ("SENTRY_AUTH_TOKEN", "A")),
        *(("STATSIG_SERVER_KEY", "A"), ("NPM_TOKEN", "SENTRY_DSN"), ("API_KEY", "A"), ("INVITE_KEY", "A")),
        *(("NOT_PUBLIC_TOKEN", "A"), ("SIGNING_KEY", "A"), ("NEXT_PUBLIC_KEY", "x-PRIVATE")),
    ],
)
def test_names_that_do_not_say_it_or_also_say_that_it_is_kept(name: str, secret: str) -> None:
    (one,) = found(RULE, argument(name, secret))
    assert (one.doubts, one.severity.value) == ((), "critical")


def test_a_secret_behind_a_public_name_is_seen_through_a_variable() -> None:
    text = job(run("docker build --build-arg PUBLIC_KEY=$DB_PASSWORD .", env="DB_PASSWORD: '${{ secrets.A }}'"))
    (one,) = found(RULE, text)
    assert Doubt.MADE_PUBLIC not in one.doubts


def test_a_secret_behind_a_public_name_is_seen_in_brackets_too() -> None:
    text = argument("NEXT_PUBLIC_KEY", "A").replace("secrets.A", "secrets['DB_PASSWORD']")
    (one,) = found(RULE, text)
    assert one.severity.value == "critical"


STEP = ("push: true", "tags: quay.io/acme/app:1", "build-args: TOKEN=${{ secrets.TOKEN }}")
BUILDX = "- uses: docker/setup-buildx-action@v4\n"


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (BUILDX + build(*STEP, "provenance: mode=max"), ("critical", ())),
        (BUILDX + build(*STEP), ("high", ())),
        (BUILDX + build(*STEP, "provenance: mode=min"), ("low", (Doubt.NOT_KEPT,))),
        (BUILDX + build(*STEP, "provenance: false"), ("low", (Doubt.NOT_KEPT,))),
        (BUILDX + build(*STEP, "provenance: false", "target: build"), ("critical", ())),
        (BUILDX + build(*STEP, "provenance: false", "context: app"), ("low", (Doubt.DOCKERFILE_UNKNOWN,))),
        (BUILDX + build(*STEP, uses="docker/build-push-action@v5.1.0"), ("low", (Doubt.NOT_KEPT,))),
        (build(*STEP), ("low", (Doubt.NOT_KEPT,))),
    ],
)
def test_an_argument_of_a_stage_that_the_image_is_not_made_from(steps: str, told: tuple[str, object]) -> None:
    """Max provenance holds every build argument, whichever stage takes it; nothing else does."""
    (one,) = found_alone(RULE, job(steps), follow=dockerfile(ONLY_BUILDS))
    assert (one.severity.value, one.doubts) == told


PUSHED = "docker buildx build --push -t a/b --build-arg TOKEN=${{ secrets.T }} "


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (run(PUSHED + "."), "critical"),
        (run(PUSHED + "$DIR"), "low"),
        (run("cd app", PUSHED + "."), "low"),
        (
            run(PUSHED + ".") + "  working-directory: a\n",
            "low",
        ),
    ],
)
def test_the_dockerfile_of_a_command(script: str, told: str) -> None:
    (one,) = found_alone(RULE, job(script), follow=dockerfile("FROM a\nARG TOKEN\nRUN make\n"))
    assert one.severity.value == told


def test_no_fix_asks_for_max_provenance_while_a_secret_is_among_the_arguments() -> None:
    secret = "build-args: NPM_TOKEN=${{ secrets.NPM_TOKEN }}"
    for asked in ("provenance: false", "provenance: mode=min"):
        text = job(build("push: true", asked, secret))
        after = fixed_text(WORKFLOW, text, lint_text(WORKFLOW, text))
        assert asked in after
        assert "sbom: true" in after
        public = text.replace("NPM_TOKEN", "SENTRY_DSN")
        assert "provenance: mode=max" in fixed_text(WORKFLOW, public, lint_text(WORKFLOW, public))


def test_no_fix_asks_a_command_for_max_provenance_while_a_secret_is_among_its_arguments() -> None:
    text = job(run("docker buildx build --provenance=false --build-arg TOKEN=${{ secrets.TOKEN }} --push ."))
    for doubtful in (text, text.replace("- run", "- if: vars.PUBLISH\n        run")):
        assert "--provenance=false" in fixed_text(WORKFLOW, doubtful, lint_text(WORKFLOW, doubtful))
