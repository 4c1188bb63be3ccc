"""`provenance watch`, `unwatch` and `watches`, as an operator types them."""

from pathlib import Path

import pytest

from bot.__main__ import main
from tests.real_redis import RedisServer


@pytest.fixture
def configured(empty_store: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", empty_store.url)
    monkeypatch.setenv("PROVENANCE_WATCH", '["quay.io/team/*"]')


pytestmark = pytest.mark.usefixtures("configured")


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(words) == code
    out, err = capsys.readouterr()
    return out + err


def test_a_watch_is_added_listed_and_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("watch", "quay.io/acme/app", "1.*", "2.*", "--channel", "#releases")
    assert "watched: quay.io/acme/app" in said(capsys, *words)
    assert "watched as said now" in said(capsys, *words)
    listed = said(capsys, "watches")
    assert "quay.io/team/*  (PROVENANCE_WATCH)" in listed
    assert "quay.io/acme/app 1.* 2.*  (" in listed
    assert "posted in #releases" in listed
    assert "not watched any more" in said(capsys, "unwatch", "quay.io/acme/app")
    assert "acme" not in said(capsys, "watches")
    assert "nobody has added a watch" in said(capsys, "unwatch", "quay.io/acme/app", code=2)
    assert "it is in PROVENANCE_WATCH" in said(capsys, "unwatch", "quay.io/team/*", code=2)


@pytest.mark.parametrize(
    ("glob", "why"),
    [
        ("acme/app", "does not name a registry"),
        ("ghcr.io/acme/*", "does not list its repositories"),
        ("quay.io/**", "does not name one namespace"),
        ("**", "does not name one registry"),
        ("quay.io/acme/app:{a", "a brace is not closed"),
        ("x" * 400, "1 to 300 characters"),
    ],
)
def test_what_cannot_be_polled_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str], glob: str, why: str
) -> None:
    assert why in said(capsys, "watch", glob, code=2)
    assert "acme" not in said(capsys, "watches")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("[0-9]*",), "TAGS: a glob of tags has letters, digits"),
        (("1",) * 21, "at most 20 of them"),
        (("--channel", "Rel Eases"), "--channel: 'Rel Eases' is not a Slack channel"),
        (("--channel", "#Releases"), "--channel: '#Releases' is not a Slack channel"),
    ],
)
def test_what_could_never_be_found_or_posted_is_not_watched(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    assert why in said(capsys, "watch", "quay.io/acme/app", *words, code=2)
    assert "acme" not in said(capsys, "watches")


def test_what_the_settings_watch_and_nobody_polls_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROVENANCE_WATCH", '["ghcr.io/**"]')
    assert "ghcr.io/** cannot be polled" in said(capsys, "watches")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setenv("PROVENANCE_DATA", str(tmp_path / "data"))
    assert "ghcr.io/** cannot be polled" in said(capsys, "watches")


def test_a_policy_that_has_watched_what_nobody_polls_is_warned_about(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text('images:\n  - {match: "ghcr.io/**", watch: 12h}\n')
    assert "watch: ghcr.io/** cannot be polled: it does not name one namespace" in said(
        capsys, "policy", "check", str(file)
    )


def test_a_tag_that_is_not_a_glob_of_tags_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "watch", "quay.io/acme/app", "a b", code=2)
    said(capsys, "watch", "quay.io/acme/app", *("1.*",) * 21, code=2)


def test_a_policy_entry_that_sets_watch_has_its_images_watched(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        "images:\n"
        '  - {match: "quay.io/policy/app", watch: 12h}\n'
        '  - {match: "quay.io/never/app", watch: 0s}\n'
        '  - {match: "quay.io/silent/app"}\n'
    )
    monkeypatch.setenv("PROVENANCE_POLICY", str(file))
    listed = said(capsys, "watches")
    assert "quay.io/policy/app  (the policy)" in listed
    assert "never" not in listed
    assert "silent" not in listed
