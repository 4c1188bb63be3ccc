"""What was released is looked at again every day: what that costs, what it finds, and when it is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.errors import PostingError
from bot.oci.reference import Reference, fallback_tag
from bot.polling.second import rounds
from bot.polling.second.lasting import VERSIONS
from bot.polling.second.outcomes import Reason, SecondOutcome
from bot.polling.second.rounds import SecondRounds
from bot.releases import Release, ReleaseName, place
from bot.releases.arriving import MemberCheck
from bot.report import Report, SignatureSummary, Verdict
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.second_looks import SecondLook, SecondLooks
from tests.fake_registry import FakeRegistry, Referrers
from tests.polling.parts import DAY, Polling, polling
from tests.registry_faults import Status
from tests.registry_shelf import descriptor
from tests.reports import report

OLD = "demo/app"


@dataclass(slots=True)
class Failures:
    """Where an unreachable image is told."""

    told: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    async def publish_unreachable(
        self, subject: str, image: str, what_was_tried: str, *, channel: str, retry_at: datetime | None = None
    ) -> None:
        assert not channel
        assert subject.startswith("demo/")
        assert retry_at is not None
        if self.errors:
            raise self.errors.pop(0)
        self.told.append(f"{image.partition('/')[2]}: {what_was_tried}")


@dataclass(slots=True)
class Bot:
    """The second look over a registry, a store and a clock."""

    polling: Polling
    rounds: SecondRounds
    failures: Failures

    @property
    def fake(self) -> FakeRegistry:
        return self.polling.fake

    async def days(self, count: float) -> list[str]:
        """So many days; the images whose check was queued."""
        calls = self.polling.queue.calls
        calls.clear()
        self.fake.requests.clear()
        for _ in range(int(count * 48)):
            self.polling.clock.time += 1800
            await self.rounds.round(await self.polling.lease())
        return [job.image.partition("/")[2] for job in calls]

    async def release(self, tag: str, *, repository: str = OLD, signed: str = "cosign-tag", kept: bool = True) -> str:
        """An image that was pushed, signed and checked a moment ago; its digest."""
        digest = self.fake.push_image(repository, tag=tag, layer=f"{repository}:{tag}".encode())
        if signed == "cosign-tag":
            self.fake.push_image(repository, tag=f"{fallback_tag(digest)}.sig", layer=f"signature of {digest}".encode())
        elif signed:
            data = self.fake.repository(repository).manifests[digest].data
            subject = descriptor(data, "application/vnd.oci.image.manifest.v1+json")
            self.fake.push_image(repository, layer=f"bundle of {digest}".encode(), subject=subject)
        if kept:
            await self.checked(tag, digest, repository=repository, signed=signed)
        return digest

    async def checked(
        self, tag: str, digest: str, *, repository: str = OLD, signed: str = "", verdict: Verdict = Verdict.PASS
    ) -> None:
        """A check was made and kept, as the worker does it."""
        image = Reference(self.fake.host, repository, tag)
        now = self.polling.clock.time
        made = _report(image, digest, now, signed, verdict)
        await Reports(self.polling.store).save(made, started=now, policy="v1")
        placement = place(image, self.rounds.policies.for_image(image))
        assert placement is not None
        await Releases(self.polling.store).record(MemberCheck(placement, digest, verdict, now))

    async def look(self, tag: str) -> SecondLook:
        return await self.rounds.looks.load(f"{self.fake.host}/{OLD}:{tag}")


def _report(image: Reference, digest: str, now: float, signed: str, verdict: Verdict) -> Report:
    signatures = (SignatureSummary(layout=signed, digest=digest, state="valid"),) if signed else ()
    checked_at = datetime.fromtimestamp(now, UTC)
    changes = {"digest": digest, "checked_at": checked_at, "signatures": signatures}
    return report(str(image), verdict=verdict).model_copy(update=changes)


@asynccontextmanager
async def second(store: Store, *watch: str, referrers: Referrers = Referrers.API) -> AsyncIterator[Bot]:
    async with FakeRegistry(referrers=referrers) as fake, polling(store, fake, *watch or ("HOST/demo/app",)) as bot:
        failures = Failures()
        rounds = SecondRounds(
            registry=bot.poller.registry,  # type: ignore[arg-type]
            releases=Releases(store),
            reports=Reports(store),
            looks=SecondLooks(store),
            queue=bot.queue,
            watches=bot.poller.expander.watches,
            policies=bot.poller.policies,
            budgets=bot.poller.budgets,
            notices=failures,
            now=bot.poller.now,
            chance=lambda: 0.5,
        )
        yield Bot(bot, rounds, failures)


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


async def test_a_tag_that_is_gone_has_decayed(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        del bot.fake.repository(OLD).tags["1.0"]
        assert await bot.days(3) == ["demo/app:1.0"]
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.DECAYED, Reason.TAG_GONE)


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


async def test_unreachable_says_nothing_and_is_told_after_three_days_and_once(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        bot.fake.fault("/manifests/", Status(503))
        bot.failures.errors = [PostingError("not now")]
        assert await bot.days(3) == []
        assert bot.failures.told == []
        assert (await bot.look("1.0")).outcome == SecondOutcome.UNREACHABLE
        await bot.days(5)
        (told,) = bot.failures.told
        assert "has not answered for" in told
        bot.fake.heal()
        await bot.days(1)
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME
        assert (await bot.look("1.0")).marks  # what was known before is known again


async def test_a_429_is_neither_an_outcome_nor_asked_again_at_once(store: Store) -> None:
    async with second(store) as bot:
        for tag in ("1.0", "1.1", "1.2"):
            await bot.release(tag)
        await bot.days(1)
        bot.fake.fault("/manifests/", Status(429, headers={"Retry-After": str(int(DAY / 4))}))
        await bot.days(1)
        assert bot.fake.count() <= 4
        assert {(await bot.look(tag)).outcome for tag in ("1.0", "1.1", "1.2")} == {SecondOutcome.SAME}


async def test_a_registry_that_refuses_for_days_is_as_one_that_does_not_answer(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        bot.fake.fault("/manifests/", Status(429, headers={"Retry-After": str(int(DAY / 4))}))
        await bot.days(3)
        assert await bot.rounds.looks.unread(bot.polling.clock.time, 3 * DAY) == {}
        await bot.days(2)
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.UNREACHABLE, Reason.NOT_ASKED)
        assert set(await bot.rounds.looks.unread(bot.polling.clock.time, 3 * DAY)) == {f"{bot.fake.host}/{OLD}:1.0"}
        (told,) = bot.failures.told
        assert "limits how often it is asked" in told
        bot.fake.heal()
        await bot.days(1)
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME
        assert await bot.rounds.looks.unread(bot.polling.clock.time, 3 * DAY) == {}


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


async def test_versions_with_high_numbers_push_no_real_one_out_of_the_second_look(store: Store) -> None:
    real = ("1.14.0", "1.15.0", "1.16.0")
    async with second(store) as bot:
        for tag in real:
            await bot.release(tag)
            await bot.days(1)
        for number in range(20):
            await bot.release(f"99.0.{number}")
        await bot.days(1)
        bot.fake.requests.clear()
        await bot.days(1)
        assert all(bot.fake.count("HEAD", f"/manifests/{tag}") == 1 for tag in real)
        fakes = {asked.path for asked in bot.fake.requests if "/manifests/99." in asked.path}
        assert len(fakes) == VERSIONS, "the newest of them"


async def test_a_version_whose_tag_is_gone_takes_no_other_s_place(store: Store) -> None:
    async with second(store) as bot:
        for tag in ("1.14.0", "1.15.0", "1.16.0", "99.0.0", "99.0.1", "99.0.2"):
            await bot.release(tag)
        await bot.days(2)
        for number in range(3):
            del bot.fake.repository(OLD).tags[f"99.0.{number}"]
        await bot.days(8)  # old enough now to take a place
        bot.fake.requests.clear()
        await bot.days(1)
        assert all(bot.fake.count("HEAD", f"/manifests/1.{minor}.0") == 1 for minor in (14, 15, 16))


async def test_of_a_group_no_more_versions_are_read_than_matter(store: Store) -> None:
    """With 1,000 groups of 500 versions a plan would take minutes."""
    async with second(store) as bot:
        for minor in range(12):
            await bot.release(f"1.{minor}.0")
        await bot.days(8)
        read: list[str] = []

        class Reading(Releases):
            async def load(self, name: ReleaseName) -> Release | None:
                read.append(name.version)
                return await super().load(name)

        bot.rounds.releases = Reading(store)
        bot.rounds._planned_at = 0.0
        bot.fake.requests.clear()
        await bot.rounds.round(await bot.polling.lease())
        assert read[:VERSIONS] == ["1.11.0", "1.10.0", "1.9.0"]
        assert "1.8.0" not in read
