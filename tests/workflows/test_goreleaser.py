"""GoReleaser's configuration: what its build flags turn off, in a repository whose CI releases with it."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.doubting import CI, findings
from tests.workflows.looking import found, job

RULE = "workflow-provenance-disabled"
CONFIG = """\
dockers:
  - use: buildx
    image_templates: ['quay.io/acme/app:{{ .Tag }}-amd64']
    build_flag_templates:
      - --pull
      - "--provenance=false"
  - use: buildx
    image_templates: ['quay.io/acme/app:{{ .Tag }}-arm64']
"""
ACTION = "- uses: goreleaser/goreleaser-action@v6\n  with: {{ args: '{}' }}\n"


def test_what_the_flags_turn_off_is_said_and_nothing_else() -> None:
    (one,) = found(RULE, CONFIG, ".goreleaser.yaml")
    assert (one.line, one.column, one.severity.value, one.fixable) == (6, 9, "high", False)


@pytest.mark.parametrize(
    ("name", "args", "doubts"),
    [
        (".goreleaser.yaml", "release --clean", ()),
        (".goreleaser.yaml", "release --snapshot", (Doubt.NOT_RUN,)),
        (".goreleaser.yaml", "release --skip=docker,sign", (Doubt.NOT_RUN,)),
        (".goreleaser.yaml", "check", (Doubt.NOT_RUN,)),
        (".github/goreleaser.yaml", "release", (Doubt.NOT_RUN,)),
        (".github/goreleaser.yaml", "release -f .github/goreleaser.yaml", ()),
        (".goreleaser.nightly.yml", "release --config=.goreleaser.nightly.yml", ()),
    ],
)
def test_which_configuration_ci_releases_with(tmp_path: Path, name: str, args: str, doubts: tuple[Doubt, ...]) -> None:
    files = {CI: job(ACTION.format(args)), name: CONFIG}
    assert [one.doubts for one in findings(tmp_path, files) if one.rule == RULE] == [doubts]


def test_images_that_are_not_pushed() -> None:
    assert found(RULE, CONFIG.replace("use: buildx", "skip_push: auto"), ".goreleaser.yaml")
    assert not found(RULE, CONFIG.replace("use: buildx", "skip_push: true"), ".goreleaser.yaml")
    assert not found(RULE, CONFIG.replace("quay.io/acme", "localhost:5000"), ".goreleaser.yaml")
