"""Where workflows are read, and where links to them lead."""

import pytest

from bot.errors import SettingsError
from bot.settings_source import load


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROVENANCE_GITHUB_API", "api.github.com"),
        ("PROVENANCE_GITHUB_API", "ftp://api.github.com"),
        ("PROVENANCE_GITHUB_API", "https://user:s3cret@api.github.com"),
        ("PROVENANCE_GITHUB_SERVER", "http://github.com"),
        ("PROVENANCE_GITHUB_SERVER", "javascript:alert(1)"),
        ("PROVENANCE_GITHUB_SERVER", ""),
    ],
)
def test_what_is_no_address_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refused:
        load()
    assert "s3cret" not in str(refused.value)


def test_another_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "https://ghe.example/api/v3/")
    monkeypatch.setenv("PROVENANCE_GITHUB_SERVER", "https://ghe.example/")
    monkeypatch.setenv("PROVENANCE_GITHUB_TOKEN", "ghp_not-a-real-one")
    options = load().github_options()
    assert (options.api, options.server) == ("https://ghe.example/api/v3", "https://ghe.example")
    assert "ghp_" not in repr(load())


def test_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    assert load().github_options().api == ""
