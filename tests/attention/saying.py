"""What people say, made by hand."""

from datetime import UTC, date, datetime
from typing import Any, Final

from bot.attention import (
    Acknowledgement,
    Failing,
    Mute,
    NotePlace,
    ProposedFix,
    RevokedSecret,
    Snooze,
    StoredWaiver,
    WaiverScope,
)
from tests.making import digest

AT: Final = datetime(2026, 11, 22, 14, 0, tzinfo=UTC).timestamp()
TODAY: Final = date(2026, 11, 22)
PLACE: Final = NotePlace("T1", "C0RELEASES", "acme/app 1.2.3")
APP: Final = "quay.io/acme/app:1.2.3"
FAILING: Final = Failing(frozenset({(APP, digest("one"), "sbom-missing")}))


def acknowledged(**changes: Any) -> Acknowledgement:  # noqa: ANN401 - any field
    said: dict[str, Any] = {"place": PLACE, "who": "U0ALICE", "at": AT, "failing": FAILING}
    return Acknowledgement(**(said | changes))


def snoozed(**changes: Any) -> Snooze:  # noqa: ANN401
    said: dict[str, Any] = {"place": PLACE, "who": "U0ALICE", "at": AT, "until": AT + 3600, "rules": FAILING.rules}
    return Snooze(**(said | changes))


def muted(**changes: Any) -> Mute:  # noqa: ANN401
    said: dict[str, Any] = {"place": PLACE, "who": "U0ALICE", "at": AT}
    return Mute(**(said | changes))


def revoked(**changes: Any) -> RevokedSecret:  # noqa: ANN401
    said: dict[str, Any] = {"place": PLACE, "who": "U0ALICE", "at": AT, "failing": FAILING}
    return RevokedSecret(**(said | changes))


def proposed(**changes: Any) -> ProposedFix:  # noqa: ANN401
    said: dict[str, Any] = {"place": PLACE, "who": "U0ALICE", "at": AT, "repository": "acme/app", "number": 1}
    return ProposedFix(**(said | {"url": "https://github.com/acme/app/pull/1"} | changes))


def waiver(**changes: Any) -> StoredWaiver:  # noqa: ANN401
    said: dict[str, Any] = {
        "id": "a1b2c3",
        "place": PLACE,
        "rule": "sbom-missing",
        "scope": WaiverScope.TAG,
        "images": ((APP, digest("one")),),
        "reason": "buildpacks, tracked in #12",
        "last_day": date(2027, 1, 31),
        "who": "U0ALICE",
        "at": AT,
    }
    return StoredWaiver(**(said | changes))
