"""A job or a step that runs in another repository than the one that is linted."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from bot.workflows.origin import SIZE_MAX, named_repository, origin_of
from tests.workflows.doubting import CI, SBOM, doubts, findings
from tests.workflows.looking import build, job

CONFIG = '[core]\n\tbare = false\n[remote "origin"]\n\turl = {}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
BUILD = build("push: true", "tags: quay.io/acme/app:1")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/app.git", "acme/app"),
        ("https://user:x@github.com/acme/app", "acme/app"),
        ("git@github.com:acme/app.git", "acme/app"),
        ("ssh://git@github.com/acme/my.app.git", "acme/my.app"),
        ("https://gitlab.com/acme/app.git", ""),
        ("/srv/git/app.git", ""),
    ],
)
def test_where_a_clone_comes_from(tmp_path: Path, url: str, name: str) -> None:
    assert origin_of(tmp_path) == ""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(CONFIG.format(url))
    assert origin_of(tmp_path) == name
    (tmp_path / ".git/config").write_text("#" * SIZE_MAX + "\n" + CONFIG.format(url))
    assert origin_of(tmp_path) == ""


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ("github.repository == 'acme/app'", "acme/app"),
        ("${{ github.event_name == 'push' && github.repository_owner == 'acme' }}", "acme"),
        ("'acme/app' == github.repository", "acme/app"),
        ("github.repository == 'acme/app' || github.event_name == 'workflow_dispatch'", ""),
        ("github.repository != 'acme/app'", ""),
        ("", ""),
    ],
)
def test_what_a_condition_asks_for(condition: str, name: str) -> None:
    assert named_repository(condition) == name


@pytest.mark.parametrize("owner", ["acme", "fork"])
def test_a_condition_on_the_repository(tmp_path: Path, owner: str) -> None:
    told = {() if owner == "acme" else (Doubt.ELSEWHERE,)}
    files = {".git/config": CONFIG.format(f"https://github.com/{owner}/app.git")}
    step = BUILD + "  if: github.repository == 'acme/app'\n"
    whole = job(BUILD).replace("    runs-on:", "    if: github.repository_owner == 'acme'\n    runs-on:")
    for text in (job(step), whole):
        assert doubts([one for one in findings(tmp_path, files | {CI: text}) if one.rule == SBOM]) == told
