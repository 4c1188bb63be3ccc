"""`/provenance status`: the last verdicts, from memory."""

from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import place
from bot.releases.arriving import Arrival, MemberCheck
from bot.report import Verdict
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.values import replace
from handlers.commands import CommandContext, SlashCommand, answer
from tests.fake_queue import FakeQueue
from tests.making import digest
from tests.reports import report

IMAGE = "quay.io/acme/app:1.2.3"


async def asked(text: str, store: Store | None, base_url: str = "https://bot.example") -> str:
    command = SlashCommand(text=text, channel="C0RELEASES", user="U0ALICE", team="T0MICROCKS")
    return (await answer(command, CommandContext(FakeQueue(), base_url, store=store))).text


async def test_an_image_with_its_history(store: Store) -> None:
    reports = Reports(store)
    await reports.save(report(IMAGE, "one", Verdict.FAIL), started=1.0, policy="p")
    await reports.save(report(IMAGE, "two", Verdict.PASS, minute=5), started=2.0, policy="p")
    said = await asked(f"status {IMAGE}", store)
    first, second = said.splitlines()
    assert first.startswith(f"✅ Pass: `{IMAGE}` (<https://bot.example/report?image=")
    assert second.startswith("before: ❌ Fail:")


async def test_what_fails_is_named(store: Store) -> None:
    await Reports(store).save(report(IMAGE, "one", Verdict.FAIL), started=1.0, policy="p")
    assert "Failing: `sbom-missing`" in await asked(f"status {IMAGE}", store)


async def test_the_newest_reports(store: Store) -> None:
    assert "Nothing was checked yet" in await asked("status", store)
    for number in range(12):
        await Reports(store).save(report(f"quay.io/acme/app:1.{number}", minute=number), started=1.0, policy="p")
    said = await asked("status", store, base_url="")
    assert len(said.splitlines()) == 10
    assert said.startswith("✅ Pass: `quay.io/acme/app:1.11`")


async def test_a_release_and_its_group(store: Store) -> None:
    for text in ("quay.io/acme/app:1.2.3", "docker.io/acme/app:1.2.3", "quay.io/acme/app:1.2.2"):
        placement = place(Reference.parse(text), default_policy())
        assert placement is not None
        arrival = Arrival(placement, await store.now())
        await Releases(store).join(arrival)
    said = await asked("status acme/app 1.2.3", store)
    assert "*acme/app 1.2.3*, arriving, 2 images" in said
    assert "settling `docker.io/acme/app:1.2.3`" in said
    assert "`1.2.3`, `1.2.2`" in await asked("status acme/app", store)
    assert "is not known" in await asked("status acme/app 9.9.9", store)


async def test_what_is_not_known(store: Store) -> None:
    assert "`quay.io/acme/app:9` has no report yet" in await asked("status quay.io/acme/app:9", store)
    assert "not an image name" in await asked("status &lt;!channel&gt;", store)
    assert "is not the name of a group" in await asked("status &lt;!here&gt; 1.0", store)
    assert "Type an image" in await asked("status a b c", store)
    assert "did not answer" in await asked("status", None)


async def test_a_release_of_which_an_image_has_no_verdict_does_not_pass(store: Store) -> None:
    for name in ("app", "web"):
        placement = place(Reference("quay.io", f"acme/{name}", "1.0"), replace(default_policy(), group="acme"))
        assert placement is not None
        await Releases(store).join(Arrival(placement, 10.0))
        if name == "app":
            await Releases(store).record(MemberCheck(placement, digest("a"), Verdict.PASS, checked_at=20.0))
    said = await asked("status acme 1.0", store)
    assert "Unknown: *acme 1.0*" in said
    assert "Pass: `quay.io/acme/app:1.0`" in said
    assert placement is not None
    await Releases(store).record(MemberCheck(placement, digest("a"), Verdict.FAIL, checked_at=20.0))
    assert "Fail: *acme 1.0*" in await asked("status acme 1.0", store)


async def test_what_fails_comes_first_and_says_what_is_wrong_however_large_the_release(store: Store) -> None:
    """Seen: of 40 images the last ten were only counted, and they were the ones that failed."""
    for number in range(40):
        image = Reference("quay.io", f"acme/app-{number:02}", "1.0")
        placement = place(image, replace(default_policy(), group="acme"))
        assert placement is not None
        await Releases(store).join(Arrival(placement, 10.0))
        verdict = Verdict.FAIL if number > 34 else Verdict.PASS
        await Releases(store).record(MemberCheck(placement, digest("a"), verdict, checked_at=20.0))
    failed = report("quay.io/acme/app-39:1.0", verdict=Verdict.FAIL)
    await Reports(store).save(failed, started=1.0, policy="p")
    head, *lines = (await asked("status acme 1.0", store)).splitlines()
    assert head == "❌ Fail: *acme 1.0*, 5 of 40 images not ready"
    assert [line.startswith("❌ Fail:") for line in lines[:6]] == [True] * 5 + [False]
    assert lines[4] == f"❌ Fail: `quay.io/acme/app-39:1.0`: {failed.failing()[0].title}"
    assert lines[-1] == "and 10 more"
