"""What was released is looked at again every day: what that costs, what it finds, and when it is told."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.oci.reference import Reference, fallback_tag
from bot.polling.second import rounds
from bot.polling.second.outcomes import Reason, SecondOutcome
from bot.releases import ReleaseName, place
from bot.releases.arriving import MemberCheck
from bot.report import Result, Verdict, WaiverSummary
from bot.rules import Outcome, Severity
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from tests.fake_registry import Referrers
from tests.polling.parts import DAY
from tests.polling.second_parts import OLD, second
from tests.registry_faults import Status


@pytest.mark.slow
async def test_24_repositories_with_3_versions_cost_at_most_400_heads_a_day_and_no_pull(store: Store) -> None:
    """As Microcks has them: 15 signed repositories and 9 more, versions and two rolling tags each."""
    names = [f"microcks/app-{number}" for number in range(24)]
    async with second(store, *(f"HOST/{name}" for name in names)) as bot:
        for name in names:
            for tag in ("1.11.0", "1.12.0", "1.13.0", "1.14.0", "1.15.0", "nightly", "latest"):
                await bot.release(tag, repository=name)
        await bot.days(1)  # the first look at each
        for _ in range(4):
            assert await bot.days(1) == []
            assert bot.fake.count("GET") == 0
            assert bot.fake.count() == bot.fake.count("HEAD") == 24 * (3 + 2) * 2
            assert bot.fake.count("HEAD") <= 400
            assert bot.fake.count("", "/1.12.0") == 0  # only the newest three


async def test_referrers_are_asked_by_their_list_which_is_not_a_pull(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0", signed="bundle")
        await bot.days(1)
        assert await bot.days(1) == []
        assert bot.fake.count("GET", "/manifests/") == 0
        assert bot.fake.count("GET", "/referrers/") == 1
        digest = bot.fake.repository(OLD).tags["1.0"]
        for name in [name for name, held in bot.fake.repository(OLD).manifests.items() if digest.encode() in held.data]:
            bot.fake.lose(OLD, name)
        assert await bot.days(1) == ["demo/app:1.0"]
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.DECAYED, Reason.EVIDENCE_GONE)


async def test_where_referrers_are_kept_under_a_tag_a_head_of_it_is_enough(store: Store) -> None:
    async with second(store, referrers=Referrers.NONE) as bot:
        digest = await bot.release("1.0", signed="bundle")
        await bot.days(1)
        assert await bot.days(1) == []
        assert bot.fake.count() == bot.fake.count("HEAD") == 2
        del bot.fake.repository(OLD).tags[fallback_tag(digest)]
        assert await bot.days(1) == ["demo/app:1.0"]
        assert (await bot.look("1.0")).outcome == SecondOutcome.DECAYED


async def test_a_signature_that_is_gone_has_decayed_and_is_checked_once(store: Store) -> None:
    async with second(store) as bot:
        digest = await bot.release("1.0")
        await bot.days(1)
        del bot.fake.repository(OLD).tags[f"{fallback_tag(digest)}.sig"]
        assert await bot.days(3) == ["demo/app:1.0"]
        assert bot.polling.queue.calls[0].is_anew  # so that the report is made anew, though the digest is the same
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.DECAYED, Reason.EVIDENCE_GONE)


async def test_another_signature_is_checked_and_nothing_has_decayed(store: Store) -> None:
    async with second(store) as bot:
        digest = await bot.release("1.0")
        await bot.days(1)
        bot.fake.push_image(OLD, tag=f"{fallback_tag(digest)}.sig", layer=b"one more signature")
        assert await bot.days(2) == ["demo/app:1.0"]
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME


async def test_a_tag_with_another_digest_has_drifted_and_is_a_push(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        moved = await bot.release("1.0-other", kept=False, signed="")
        bot.fake.tag(OLD, "1.0", moved)
        assert await bot.days(2) == ["demo/app:1.0"]
        assert (bot.polling.queue.calls[0].origin, bot.polling.queue.calls[0].digest_hint) == ("poll", moved)
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.DRIFTED, Reason.TAG_MOVED)


async def test_a_registry_that_names_another_digest_than_it_gives_has_not_drifted(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        headers = {"Docker-Content-Digest": "sha256:" + "e" * 64}
        bot.fake.fault("/manifests/1.0", Status(200, headers=headers), method="HEAD")
        assert await bot.days(2) == []
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME


async def test_a_tag_that_is_gone_has_decayed(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        del bot.fake.repository(OLD).tags["1.0"]
        assert await bot.days(3) == ["demo/app:1.0"]
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.DECAYED, Reason.TAG_GONE)


@pytest.mark.parametrize("body", [b"", b"404 page not found\n", b"<html>default backend - 404</html>", b"{}"])
async def test_a_gateway_that_answers_404_to_everything_says_nothing_of_the_image(store: Store, body: bytes) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        bot.fake.fault("/v2/", Status(404, body))
        assert await bot.days(2) == []
        assert (await bot.look("1.0")).outcome == SecondOutcome.UNREACHABLE
        bot.fake.heal()
        await bot.days(1)
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME


async def test_a_repository_that_is_gone_with_the_registrys_own_words_is_gone(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        del bot.fake._repositories[OLD]
        assert await bot.days(3) == ["demo/app:1.0"]
        assert (await bot.look("1.0")).reason == Reason.TAG_GONE


@pytest.mark.parametrize("answer", [Status(403), Status(401)])
async def test_where_tags_may_not_be_listed_a_404_counts(store: Store, answer: Status) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        del bot.fake.repository(OLD).tags["1.0"]
        bot.fake.fault("/tags/list", answer)
        assert await bot.days(3) == ["demo/app:1.0"]
        assert (await bot.look("1.0")).reason == Reason.TAG_GONE


async def test_a_tag_that_is_listed_is_not_gone(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        bot.fake.fault("/manifests/", Status(404))
        assert await bot.days(2) == []
        assert (await bot.look("1.0")).outcome == SecondOutcome.UNREACHABLE


async def test_a_tag_that_polling_misses_is_looked_at_at_once(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.release("1.1")
        await bot.polling.first()
        await bot.days(1)
        del bot.fake.repository(OLD).tags["1.1"]
        await bot.polling.round()
        bot.polling.queue.calls.clear()
        await bot.rounds.round(await bot.polling.lease())
        assert [job.image.partition("/")[2] for job in bot.polling.queue.calls] == ["demo/app:1.1"]
        assert await bot.rounds.looks.open() == {f"{bot.fake.host}/demo/app:1.1": "DECAYED tag-gone"}


async def test_the_same_content_that_fails_now_has_decayed(store: Store) -> None:
    async with second(store) as bot:
        digest = await bot.release("1.0")
        await bot.days(1)
        bot.polling.clock.time += 60
        await bot.checked("1.0", digest, verdict=Verdict.FAIL)
        assert await bot.days(1) == []
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.DECAYED, Reason.VERDICT_WORSE)


async def test_everything_is_verified_once_a_week(store: Store) -> None:
    async with second(store) as bot:
        digest = await bot.release("1.0")
        assert await bot.days(6) == []
        assert await bot.days(2) == ["demo/app:1.0"]
        await bot.checked("1.0", digest, signed="cosign-tag")
        assert await bot.days(6) == []


@pytest.mark.parametrize(("ended_days_ago", "checked"), [(0, []), (1, ["demo/app:1.0"])])
async def test_the_day_after_a_waiver_of_the_policy_file_the_image_is_checked(
    store: Store, ended_days_ago: int, checked: list[str]
) -> None:
    """Seen: a passing verdict that rested on a waiver held until the weekly check, up to six days longer."""
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        (report,) = await Reports(store).latest_of([f"{bot.fake.host}/{OLD}:1.0"])
        today = datetime.fromtimestamp(bot.polling.clock.time + DAY, UTC).date()
        waiver = WaiverSummary(reason="known", until=f"{today - timedelta(days=ended_days_ago)}")
        waived = Result(
            rule="sbom-missing", outcome=Outcome.WAIVED, severity=Severity.HIGH, title="t", required=True, waiver=waiver
        )
        report = report.model_copy(update={"results": (waived,)})
        await Reports(store).save(report, started=bot.polling.clock.time, policy="v1")
        assert await bot.days(1) == checked


async def test_what_is_not_watched_any_more_is_not_looked_at(store: Store) -> None:
    async with second(store, "HOST/demo/other") as bot:
        await bot.release("1.0")
        await bot.days(2)
        assert bot.fake.count() == 0


async def test_sisters_that_differ_have_drifted(store: Store) -> None:
    async with second(store) as bot:
        digest = await bot.release("1.0")
        await bot.days(1)
        image = Reference("other.example", OLD, "1.0")
        placement = place(image, bot.rounds.policies.for_image(image))
        assert placement is not None
        other = digest[:-1] + ("0" if digest[-1] != "0" else "1")
        await Releases(store).record(MemberCheck(placement, other, Verdict.PASS, bot.polling.clock.time))
        assert await bot.days(2) == ["demo/app:1.0"]
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.DRIFTED, Reason.SISTERS_DIFFER)


@pytest.mark.parametrize("text", ["", "not JSON", '{"marks": 5}', "[]"])
async def test_what_cannot_be_read_is_a_first_look(store: Store, text: str) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        image = f"{bot.fake.host}/{OLD}:1.0"
        await store.redis.set(store.key("second-look", image), text)
        await store.redis.zadd(store.key("second-looks"), {"not an image name!": 0})
        await bot.days(1)
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME


async def test_a_round_ends_in_time_and_the_next_one_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "ROUND_MAX", 0.0)
    async with second(store) as bot:
        for tag in ("1.0", "1.1"):
            await bot.release(tag)
        seen: set[str] = set()
        for _ in range(60):
            bot.fake.requests.clear()
            bot.polling.clock.time += 1800
            await bot.rounds.round(await bot.polling.lease())
            asked = {request.path for request in bot.fake.requests if "/manifests/1." in request.path}
            assert len(asked) <= 1
            seen |= asked
        assert len(seen) == 2


async def test_a_release_that_cannot_be_read_stops_no_other(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.release("2.0")
        key = Releases(store)._key(ReleaseName(OLD, "2.0"))
        await store.redis.hset(key, next(f for f in await store.redis.hkeys(key) if "2.0" in f), "{}")
        await bot.days(1)
        assert (await bot.look("1.0")).looked_at
