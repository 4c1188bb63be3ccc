"""Rolling tags beside the versions whose content they have."""

import pytest

from bot.jobs.checker import RegistryChecker
from bot.jobs.release_views import MOVING_MAX, ReleaseViews
from bot.oci.reference import Reference
from bot.releases import Placement, Release, ReleaseName
from bot.releases.arriving import MemberCheck
from bot.releases.comparing import facts_of, was_pushed_with
from bot.report import Verdict
from bot.rules import Outcome
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.values import replace
from tests.fake_registry import FakeRegistry
from tests.jobs.release_town import BARE, FULL, QUAY, Town
from tests.reports import report


async def test_a_rolling_tag_is_named_with_its_version_and_compared_with_what_it_was(town: Town) -> None:
    town.put(town.quay, "1.0")
    town.put(town.quay, "latest")
    await town.push(f"{QUAY}:1.0", f"{QUAY}:latest")
    assert (await town.release("1.0")).aliases == ("latest",)
    assert (await town.release("latest", rolling=True)).alias_of == "1.0"
    town.put(town.quay, "latest", BARE)
    await town.push(f"{QUAY}:latest")
    assert (await town.release("1.0")).aliases == ()
    assert (await town.says(f"{QUAY}:latest", "provenance-lost")).outcome is Outcome.FAIL
    assert (await town.says(f"{QUAY}:latest", "tag-moved")).outcome is Outcome.SKIPPED
    assert (await town.says(f"{QUAY}:1.0", "provenance-lost")).outcome is not Outcome.FAIL


async def test_a_short_version_is_another_name_and_moves_with_the_long_one(town: Town) -> None:
    """Seen: `1.2` was a release of its own, told in a second thread, and "moved" with each 1.2.x."""
    app, name = "quay.io/demo/short", ReleaseName("demo/short", "1.2")
    views = ReleaseViews(Releases(town.store), Reports(town.store), town.checker)
    for version, sample in (("1.2.3", FULL), ("1.2.4", BARE)):
        town.put(town.quay, "1.2", sample, "demo/short")
        town.retag(town.quay, "demo/short", "1.2", version)
        await town.push(f"{app}:1.2")
        await town.push(f"{app}:{version}")
        assert (await views.of(name, "", await town.store.now())).twin == f"demo/short {version}"
        assert (await town.says(f"{app}:1.2", "tag-moved")).outcome is Outcome.SKIPPED
        (own,) = (await views.of(ReleaseName("demo/short", version), "", await town.store.now())).aliases
        assert own == "1.2"
    assert (await views.of(name, "", await town.store.now())).verdict is Verdict.FAIL
    town.put(town.quay, "1.2", "min_2p_dflt", "demo/short")
    await town.push(f"{app}:1.2")
    assert (await views.of(name, "", await town.store.now())).twin == "", "it has other content"


async def test_a_short_version_of_several_images_moves_one_image_after_the_other(town: Town) -> None:
    """Seen: with 1.27.2, `1.27` and `1.27-alpine` failed as moved tags, since they did not move at once."""
    app, samples = "quay.io/demo/two", {"1": (FULL, "min_2p_dflt"), "2": ("none_2p_dflt", "max-args_1p_classic")}
    for patch, contents in samples.items():
        for suffix, sample in zip(("", "-alpine"), contents, strict=True):
            town.put(town.quay, f"1.27.{patch}{suffix}", sample, "demo/two")
            town.retag(town.quay, "demo/two", f"1.27.{patch}{suffix}", f"1.27{suffix}")
        await town.push(*(f"{app}:1.27.{patch}{suffix}" for suffix in ("-alpine", "")))
        await town.push(f"{app}:1.27-alpine")
        await town.push(f"{app}:1.27")
        for suffix in ("", "-alpine"):
            assert (await town.says(f"{app}:1.27{suffix}", "tag-moved")).outcome is not Outcome.FAIL


async def test_a_short_version_has_fewer_images_than_its_version(town: Town) -> None:
    """Seen: with 1.3.0 and 1.3.0-alpine, `1.3` failed, since "1.3-alpine was not seen"."""
    app = "quay.io/demo/few"
    for version, content in (("1.2.4", FULL), ("1.3.0", "none_2p_dflt")):
        town.put(town.quay, version, content, "demo/few")
        town.put(town.quay, f"{version}-alpine", "min_2p_dflt", "demo/few")
        town.retag(town.quay, "demo/few", version, version[:3])
        await town.push(*(f"{app}:{tag}" for tag in (version, f"{version}-alpine", version[:3])))
    releases, name = Releases(town.store), ReleaseName("demo/few", "1.3")
    short = await releases.load(name)
    assert short is not None
    assert [str(one.image) for one in short.awaited(await town.store.now())] == [f"{app}:1.3-alpine"]
    own = Placement(Reference("quay.io", "demo/few", "1.3"), name)
    for moment in (short.opened_at, short.completes_at + 1):
        told = facts_of(own, short, moment)
        assert (told.awaited, told.not_seen) == ((), ())
        assert facts_of(own, replace(short, alias_of=""), moment) != told, "it is a version of its own"


async def test_a_longer_version_that_comes_later_does_not_hide_that_a_tag_was_moved(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = "quay.io/demo/real"
    town.put(town.quay, "1.2", FULL, "demo/real")
    town.put(town.quay, "1.2-alpine", "min_2p_dflt", "demo/real")
    await town.push(f"{app}:1.2", f"{app}:1.2-alpine")
    monkeypatch.setattr("bot.jobs.comparing.was_pushed_with", _days_later)
    town.retag(town.quay, "demo/real", "1.2", "1.2.9")
    await town.push(f"{app}:1.2.9")
    town.put(town.quay, "1.2", BARE, "demo/real")
    await town.push(f"{app}:1.2")
    assert (await town.says(f"{app}:1.2", "tag-moved")).outcome is Outcome.FAIL


def _days_later(longer: Release, own: Placement, release: Release, first: str, settle: float) -> bool:
    """The longer version was opened days after the short one."""
    late = replace(longer, opened_at=release.opened_at + 7 * 86400)
    return was_pushed_with(late, own, release, first, settle)


async def test_a_whole_version_is_told_with_its_build_and_has_moved_all_the_same(town: Town) -> None:
    """Seen: `26.0.1` and `26.0.1-0` of one push had two threads. Whoever can push can push such a build, too."""
    app, name = "quay.io/demo/built", ReleaseName("demo/built", "1.2.3")
    views = ReleaseViews(Releases(town.store), Reports(town.store), town.checker)
    town.put(town.quay, "1.2.3", FULL, "demo/built")
    town.retag(town.quay, "demo/built", "1.2.3", "1.2.3-1")
    await town.push(f"{app}:1.2.3")
    await town.push(f"{app}:1.2.3-1")
    assert (await views.of(name, "", await town.store.now())).twin == "demo/built 1.2.3-1"
    town.put(town.quay, "1.2.3", BARE, "demo/built")
    await town.push(f"{app}:1.2.3")
    assert (await town.says(f"{app}:1.2.3", "tag-moved")).outcome is Outcome.FAIL
    assert (await views.of(name, "", await town.store.now())).twin == "", "it has other content"


async def test_what_the_policy_calls_a_release_has_moved_whatever_stands_beside_it(town: Town) -> None:
    """Whoever can push could give the new content a longer name, of which the moved tag is then a short one."""
    town.put(town.quay, "1.2")
    await town.push(f"{QUAY}:1.2")
    town.put(town.quay, "1.2", BARE)
    town.retag(town.quay, "demo/app", "1.2", "1.2.9")
    await town.push(f"{QUAY}:1.2.9")
    await town.push(f"{QUAY}:1.2")
    assert (await town.says(f"{QUAY}:1.2", "tag-moved")).outcome is Outcome.FAIL
    await town.push(f"{QUAY}:1.2")
    assert (await town.says(f"{QUAY}:1.2", "tag-moved")).outcome is Outcome.FAIL, "also when it is another name by now"


@pytest.mark.parametrize("first", ["main", "sha-abc1234"])
async def test_the_tag_of_one_build_is_told_with_the_rolling_tag_of_its_push(town: Town, first: str) -> None:
    """Seen: each bad build of `main` had two threads, that of `sha-…` and its own."""
    app, other = "quay.io/demo/built", {"main": "sha-abc1234", "sha-abc1234": "main"}[first]
    main, build = (ReleaseName("demo/built", tag, is_rolling=True) for tag in ("main", "sha-abc1234"))
    for tag in (first, other):
        if tag == first:
            town.put(town.quay, tag, BARE, "demo/built")
        town.retag(town.quay, "demo/built", first, tag)
        await town.push(f"{app}:{tag}")
    views = ReleaseViews(Releases(town.store), Reports(town.store), town.checker)
    now = await town.store.now()
    assert (await views.of(build, "", now)).twin == str(main)
    assert (await views.of(main, "", now)).twin == ""

    town.put(town.quay, "main", FULL, "demo/built")
    await town.push(f"{app}:main")
    now = await town.store.now()
    assert (await views.of(build, "", now)).twin == "", "it moved on at once: nobody may have been told"
    assert (await views.of(build, "", now + MOVING_MAX)).twin == str(main), "it was told"


@pytest.mark.parametrize(
    "tags", [("20261130", "sha-abc1234", "main-abc1234"), ("main-abc1234", "sha-abc1234", "20261130")]
)
async def test_a_build_without_a_rolling_tag_is_told_with_its_day(town: Town, tags: tuple[str, ...]) -> None:
    """Seen: `20261130` and `sha-abc1234` of one build had a thread each."""
    town.put(town.quay, tags[0], BARE, "demo/built")
    for tag in tags:
        town.retag(town.quay, "demo/built", tags[0], tag)
        await town.push(f"quay.io/demo/built:{tag}")
    views, now = ReleaseViews(Releases(town.store), Reports(town.store), town.checker), await town.store.now()
    found = {tag: (await views.of(ReleaseName("demo/built", tag, is_rolling=True), "", now)).twin for tag in tags}
    day = str(ReleaseName("demo/built", "20261130", is_rolling=True))
    assert found == {"20261130": "", "sha-abc1234": day, "main-abc1234": day}
    told = await Releases(town.store).load(ReleaseName("demo/built", "20261130", is_rolling=True))
    assert told is not None
    assert told.aliases == ("main-abc1234", "sha-abc1234")


async def test_a_day_with_several_builds_names_the_commit_of_the_last_one(town: Town) -> None:
    """Seen: "also" all commits of that day; and from the 33rd on, each had a thread of its own."""
    day, app = ReleaseName("demo/built", "20261130", is_rolling=True), "quay.io/demo/built"
    builds = {"sha-abc1234": BARE, "sha-def5678": FULL}
    for commit, sample in builds.items():
        town.put(town.quay, commit, sample, "demo/built")
    for commit in (*builds, "sha-abc1234"):
        town.retag(town.quay, "demo/built", commit, "20261130")
        await town.push(f"{app}:20261130")
        await town.push(f"{app}:{commit}")
        told = await Releases(town.store).load(day)
        assert told is not None
        assert told.aliases == (commit,)
    for commit in builds:
        build = await Releases(town.store).load(ReleaseName("demo/built", commit, is_rolling=True))
        assert build is not None
        assert build.told_as == day


async def test_each_tag_of_a_build_is_told_with_the_one_that_has_the_thread(town: Town) -> None:
    """`main-abc1234` might be told with `sha-abc1234`, but that one is told with `abc1234`."""
    tags = ("abc1234", "sha-abc1234", "main-abc1234")
    town.put(town.quay, tags[0], BARE, "demo/built")
    for tag in tags:
        town.retag(town.quay, "demo/built", tags[0], tag)
        await town.push(f"quay.io/demo/built:{tag}")
    views, now = ReleaseViews(Releases(town.store), Reports(town.store), town.checker), await town.store.now()
    found = [(await views.of(ReleaseName("demo/built", tag, is_rolling=True), "", now)).twin for tag in tags]
    host = str(ReleaseName("demo/built", "abc1234", is_rolling=True))
    assert found == ["", host, host]


@pytest.mark.parametrize("then", [Verdict.PASS, Verdict.FAIL])
async def test_what_main_moved_on_from_before_it_failed_is_told_with_the_tag_of_that_build(
    store: Store, then: Verdict
) -> None:
    """`settle` is longer than MOVING_MAX: main has other content when it is known that a signature does not come."""
    releases, reports, now = Releases(store), Reports(store), await store.now()
    main, build = (ReleaseName("demo/built", tag, is_rolling=True) for tag in ("main", "sha-abc1234"))

    async def checked(name: ReleaseName, content: str, verdict: Verdict, after: float) -> None:
        one = report(f"quay.io/{name.group}:{name.version}", content, verdict, minute=int(after / 60))
        placement, at = Placement(Reference.parse(one.image), name), now + after
        await reports.save(one, started=at, policy="p")
        await releases.record(MemberCheck(placement, one.digest, verdict, checked_at=at, pushed_at=now))

    await checked(main, "a", then, 0)
    await checked(build, "a", Verdict.PASS, 0)
    await releases.alias(build, main)
    await checked(main, "b", Verdict.PASS, MOVING_MAX)
    await checked(build, "a", Verdict.FAIL, 600)
    views = ReleaseViews(releases, reports, RegistryChecker(FakeRegistry()))  # type: ignore[arg-type]
    view = await views.of(build, "", now + 600)
    assert (view.verdict, view.twin) == (Verdict.FAIL, str(main) if then is Verdict.FAIL else "")


async def test_a_failing_rolling_tag_does_not_hide_behind_a_version_that_has_other_content_now(town: Town) -> None:
    for tag in ("1.0-evil", "latest"):
        town.put(town.quay, tag, "none_2p_dflt")
        await town.push(f"{QUAY}:{tag}")
    assert (await town.release("latest", rolling=True)).alias_of == "1.0"
    assert town.teller.releases[-1].verdict is Verdict.FAIL
    town.put(town.quay, "1.0-evil", BARE)
    town.teller.releases.clear()
    await town.push(f"{QUAY}:1.0-evil")
    assert (await town.release("latest", rolling=True)).alias_of == ""
    assert (await town.release("1.0")).aliases == ()
    told = [one for one in town.teller.releases if one.is_rolling][-1]
    assert (told.verdict, told.twin) == (Verdict.FAIL, "")


async def test_pushes_without_end_do_not_keep_a_rolling_tag_silent(store: Store) -> None:
    releases, name = Releases(store), ReleaseName("demo", "latest", is_rolling=True)
    now = await store.now()
    for repository, tag, owner in (("app", "1.0", "1.0"), ("app", "latest", "latest"), ("web", "latest", "latest")):
        image = Reference("quay.io", f"demo/{repository}", tag)
        placement = Placement(image, ReleaseName("demo", owner, is_rolling=owner == "latest"))
        await releases.record(MemberCheck(placement, f"sha256:{repository}", Verdict.FAIL, checked_at=now))
    views = ReleaseViews(releases, Reports(store), RegistryChecker(FakeRegistry()))  # type: ignore[arg-type]
    assert await views.is_moving(name, now + 1, since=now)
    assert not await views.is_moving(name, now + 1, since=now + 1 - MOVING_MAX)


async def test_a_rolling_tag_that_fails_alone_is_not_told_under_a_version_that_passes(town: Town) -> None:
    town.put(town.quay, "1.0", "none_2p_dflt")
    town.put(town.quay, "latest", "none_2p_dflt")
    await town.push(f"{QUAY}:1.0", f"{QUAY}:latest")
    views = ReleaseViews(Releases(town.store), Reports(town.store), town.checker)
    name = ReleaseName("demo", "latest", is_rolling=True)
    assert (await views.of(name, "", await town.store.now())).twin == "demo 1.0"
    version = await town.release("1.0")
    passes = MemberCheck(
        Placement(version.members[0].image, version.name), version.members[0].digest, Verdict.PASS, checked_at=2e9
    )
    for member in version.members:
        await Releases(town.store).record(replace(passes, placement=Placement(member.image, version.name)))
    assert (await views.of(name, "", await town.store.now())).twin == ""


async def test_a_tag_that_a_build_deletes_before_it_is_checked_is_not_told(town: Town) -> None:
    """Seen: each build pushes build-123-amd64, joins it and deletes it, and each had a thread."""
    await town.push(f"{QUAY}:build-122-amd64")
    assert [trouble.image for trouble in town.teller.troubles] == [f"{QUAY}:build-122-amd64"], "nothing was ever read"
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    await town.push(f"{QUAY}:build-123-amd64")
    await town.push(f"{QUAY}:1.1")
    assert [trouble.image for trouble in town.teller.troubles][1:] == [f"{QUAY}:1.1"], "a version is missed"
