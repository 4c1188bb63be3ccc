"""What the doctor says of the pages: who sees them, and whether visitors can log in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.doctor import DoctorLine, LineOutcome, examine, open_patient
from bot.doctor.checks.pages_shown import check
from bot.settings import Settings
from tests.fake_oidc import FakeProvider, running_provider
from tests.pages.logging_in import login_settings


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with running_provider() as found:
        yield found


async def looked_at(folder: Path, settings: Settings) -> list[DoctorLine]:
    gone = Settings.model_validate({**settings.model_dump(), "redis_url": f"unix://{folder}/nothing"})
    async with open_patient(gone) as patient:
        return [line async for _, line in examine(patient, [check])]


def errors(lines: list[DoctorLine]) -> list[str]:
    return [line.says for line in lines if line.outcome is LineOutcome.ERROR]


async def test_a_login_that_works(provider: FakeProvider, tmp_path: Path) -> None:
    lines = await looked_at(tmp_path, login_settings(provider, base_url="https://bot.example", forwarded=["127.0.0.1"]))
    assert [(line.outcome, line.says) for line in lines] == [
        (LineOutcome.OK, "visitors log in at 127.0.0.1, which answers")
    ]


async def test_a_provider_that_is_away_or_has_no_keys(provider: FakeProvider, tmp_path: Path) -> None:
    provider.published = []
    assert "publishes no key that may sign" in errors(await looked_at(tmp_path, login_settings(provider)))[0]
    provider.metadata = {"issuer": "https://other.example"}
    assert "calls itself otherwise than" in errors(await looked_at(tmp_path, login_settings(provider)))[0]
    provider.status = 500
    assert "nobody can log in: the login provider at 127.0.0.1 answered 500" in errors(
        await looked_at(tmp_path, login_settings(provider))
    )


async def test_settings_that_cannot_work(provider: FakeProvider, tmp_path: Path) -> None:
    lines = await looked_at(tmp_path, login_settings(provider, roles={}))
    assert errors(lines)[0].startswith("PROVENANCE_ROLES: names no group")


@pytest.mark.parametrize(
    ("changes", "said", "warnings"),
    [
        ({"pages": "public"}, "everybody who can reach them sees them and may ask", 0),
        ({"pages": "read-only"}, "everybody who can reach them sees them (", 0),
        ({"pages": "off", "base_url": "https://bot.example"}, "they are off", 0),
        ({"base_url": "https://bot.example"}, "everybody", 1),
        ({"base_url": "https://bot.example", "forwarded": ["10.0.0.1"]}, "everybody", 0),
    ],
)
async def test_who_sees_them(tmp_path: Path, changes: dict[str, object], said: str, warnings: int) -> None:
    lines = await looked_at(tmp_path, Settings.model_validate(changes))
    assert lines[0].says.startswith(said)
    assert [line.outcome for line in lines[1:]] == [LineOutcome.WARNING] * warnings
