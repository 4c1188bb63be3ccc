"""Settings that count only beside others: what has no effect is said, and what contradicts itself is refused."""

import pytest

from bot.errors import SettingsError
from bot.settings_source import load


def warned(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **variables: str) -> list[str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    load()
    return [line.removeprefix("provenance: ") for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PROVENANCE_TUF_ROOT", "root.json", "PROVENANCE_TUF"),
        ("PROVENANCE_TUF_CACHE", "cache", "PROVENANCE_TUF"),
        ("PROVENANCE_NO_PROXY", "corp", "PROVENANCE_PROXY"),
        ("PROVENANCE_PAGES_HOST", "127.0.0.1", "PROVENANCE_PAGES_PORT"),
        ("PROVENANCE_FORWARDED_HEADER", "forwarded", "PROVENANCE_FORWARDED"),
        ("PROVENANCE_OIDC_CLIENT_ID", "bot", "PROVENANCE_PAGES=login"),
        ("PROVENANCE_OIDC_CLIENT_SECRET", "s", "PROVENANCE_PAGES=login"),
        ("PROVENANCE_OIDC_SCOPES", "openid", "PROVENANCE_PAGES=login"),
        ("PROVENANCE_OIDC_GROUPS_CLAIM", "roles", "PROVENANCE_PAGES=login"),
        ("PROVENANCE_OIDC_HOSTS", "keys.corp", "PROVENANCE_PAGES=login"),
        ("PROVENANCE_SESSION_IDLE", "600", "PROVENANCE_PAGES=login"),
        ("PROVENANCE_SESSION_MAX", "600", "PROVENANCE_PAGES=login"),
    ],
)
def test_a_variable_that_another_one_switches_on_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, wanted: str
) -> None:
    assert warned(monkeypatch, capsys, **{name: value}) == [f"{name} has no effect without {wanted}"]


@pytest.mark.parametrize(
    "beside",
    [
        {"PROVENANCE_TUF": "https://tuf.corp", "PROVENANCE_TUF_ROOT": "root.json", "PROVENANCE_TUF_CACHE": "cache"},
        {"PROVENANCE_PROXY": "http://proxy.corp:3128", "PROVENANCE_NO_PROXY": "corp"},
        {"PROVENANCE_PAGES_PORT": "3001", "PROVENANCE_PAGES_HOST": "127.0.0.1"},
        {"PROVENANCE_FORWARDED": "127.0.0.1", "PROVENANCE_FORWARDED_HEADER": "forwarded"},
        {"PROVENANCE_PAGES": "login", "PROVENANCE_OIDC_CLIENT_ID": "bot", "PROVENANCE_SESSION_IDLE": "600"},
    ],
)
def test_beside_it_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], beside: dict[str, str]
) -> None:
    assert not warned(monkeypatch, capsys, **beside)


def test_pages_that_are_off_need_no_port(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = warned(monkeypatch, capsys, PROVENANCE_PAGES="off", PROVENANCE_PAGES_PORT="3001")
    assert said == ["PROVENANCE_PAGES_PORT has no effect with PROVENANCE_PAGES=off"]


def test_a_repository_of_roots_has_no_effect_where_no_public_root_is_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seen: only the files of PROVENANCE_TRUSTED_ROOTS counted, and nothing said so."""
    said = warned(monkeypatch, capsys, PROVENANCE_PUBLIC_ROOT="false", PROVENANCE_TUF="https://tuf.corp")
    assert said == [
        "PROVENANCE_TUF has no effect with PROVENANCE_PUBLIC_ROOT=false: only PROVENANCE_TRUSTED_ROOTS counts"
    ]


def test_a_push_cannot_settle_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen: with PROVENANCE_SETTLE=300 alone, a push of one event was checked after 300 s, one of two after 120 s."""
    monkeypatch.setenv("PROVENANCE_SETTLE", "300")
    with pytest.raises(SettingsError, match="PROVENANCE_SETTLE: 300 is more than PROVENANCE_SETTLE_MAX, which is 120"):
        load()
    monkeypatch.setenv("PROVENANCE_SETTLE_MAX", "600")
    assert load().settle == 300
