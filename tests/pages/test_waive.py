"""Somebody of the role `waive` lets a rule fail for a while, on a page, and takes that back."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from yarl import URL

from bot.attention import StoredWaiver, WaiverScope
from bot.jobs.queue import open_queue
from bot.store import Store
from bot.store.attention import Waivers
from bot.values import replace
from tests.pages.examples import IMAGE, failing
from tests.pages.logging_in import Answer, Browser, Closed, closed_pages, login_settings, token_on
from tests.pages.well_formed import read

TODAY = datetime.now(UTC).date()
RULE = failing().failing()[0].rule
FORM = str(URL("/waive").with_query(image=IMAGE))


@pytest.fixture
async def closed(store: Store) -> AsyncIterator[Closed]:
    async with closed_pages(store, {}) as found:
        yield found


async def manager(closed: Closed) -> Browser:
    return await closed.browser("release-managers", email="eve@corp.example", email_verified=True)


async def sent(person: Browser, **changes: str) -> Answer:
    """The form as a browser sends it, with other words in some fields."""
    page = (await person.get(FORM)).text
    number = re.search(r'name="number" value="([^"]+)"', page)
    assert number
    fields = {
        "csrf": token_on(page),
        "image": IMAGE,
        "number": number[1],
        "rule": RULE,
        "scope": "tag",
        "until": (TODAY + timedelta(days=7)).isoformat(),
        "reason": "the base image <b>has</b> no SBOM yet",
    }
    return await person.post("/waive", fields | changes)


async def kept(closed: Closed) -> list[StoredWaiver]:
    return list((await Waivers(closed.store).listed()).items)


async def test_a_waiver_is_given_shown_and_taken_back(closed: Closed) -> None:
    person = await manager(closed)
    report = read((await person.get(f"/reports/{IMAGE}")).text)
    assert any(link.startswith("/waive?image=") for link in report.links)
    assert RULE in read((await person.get(FORM)).text).words
    assert (await sent(person)).to == "/waivers"
    [waiver] = await kept(closed)
    assert (waiver.rule, waiver.scope, waiver.who) == (RULE, WaiverScope.TAG, "eve@corp.example (login)")
    assert waiver.images == ((IMAGE, failing().digest),)
    async with open_queue(closed.store, login_settings(closed.provider)) as queue:
        assert await queue.is_open(f"waiver:{waiver.id}:given:{IMAGE}|"), "it is judged again at once"
    page = await person.get("/waivers")
    assert "the base image <b>has</b> no SBOM yet eve@corp.example (login) Take back" in read(page.text).words
    back = {"csrf": token_on(page.text), "id": waiver.id}
    other = await closed.browser("release-managers")
    assert (await other.post("/waivers/revoke", back)).status == 403, "the token is of another session"
    assert (await person.post("/waivers/revoke", back)).to == "/waivers"
    assert await kept(closed) == []
    revoked = await Waivers(closed.store).get(waiver.id)
    assert revoked
    assert revoked.revoked_by == "eve@corp.example (login)"
    assert (await sent(person)).to == "/waivers", "it may be given anew"
    assert len(await kept(closed)) == 1


async def test_somebody_else_of_that_role_takes_it_back(closed: Closed) -> None:
    await sent(await manager(closed))
    [waiver] = await kept(closed)
    other = await closed.browser("release-managers", sub="u-2", email="bob@corp.example", email_verified=True)
    page = await other.get("/waivers")
    assert (await other.post("/waivers/revoke", {"csrf": token_on(page.text), "id": waiver.id})).to == "/waivers"
    assert await kept(closed) == []


async def test_the_same_form_makes_one_waiver(closed: Closed) -> None:
    person = await manager(closed)
    number = {"number": "n" * 22}
    assert [(await sent(person, **number)).status for _ in range(2)] == [303, 303]
    assert len(await kept(closed)) == 1
    again = await sent(person)
    assert again.status == 409
    assert "This rule is waived there already." in again.text


@pytest.mark.parametrize("groups", [(), ("staff",), ("developers",)])
async def test_nobody_else_may(closed: Closed, groups: tuple[str, ...]) -> None:
    await sent(await manager(closed))
    [waiver] = await kept(closed)
    person = await closed.browser(*groups)
    page = (await person.get("/rules")).text
    form = {"csrf": token_on(page), "image": IMAGE, "rule": RULE, "id": waiver.id}
    assert (await person.get(FORM)).status == 403
    assert (await person.post("/waive", form)).status == 403
    assert (await person.post("/waivers/revoke", form)).status == 403
    stranger = await closed.stranger()
    assert (await stranger.post("/waive", form)).to == "/login"
    assert await kept(closed) == [waiver]
    if groups:
        assert "/waive?" not in (await person.get(f"/reports/{IMAGE}")).text
        assert "Take back" not in (await person.get("/waivers")).text


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"csrf": "x" * 43}, 403, "This form was not sent from this page"),
        ({"reason": "short"}, 400, "Write at least 10 characters."),
        ({"reason": "x" * 600}, 400, "Write at most 500 characters."),
        ({"until": (TODAY + timedelta(days=91)).isoformat()}, 400, "At most 90 days"),
        ({"until": (TODAY - timedelta(days=1)).isoformat()}, 400, "This day is past."),
        ({"until": "soon"}, 400, "Choose a day."),
        ({"scope": "everything"}, 400, "Choose what it is for."),
        ({"number": "../x"}, 400, "Choose what it is for."),
        ({"rule": "no-such-rule"}, 400, "This rule does not fail there any more."),
        ({"rule": '"><script>'}, 400, "This rule does not fail there any more."),
    ],
)
async def test_a_form_that_is_not_right(closed: Closed, changes: dict[str, str], status: int, said: str) -> None:
    answer = await sent(await manager(closed), **changes)
    assert answer.status == status
    assert said in read(answer.text).words
    assert await kept(closed) == []


async def test_images_that_nobody_checked_have_no_form(closed: Closed) -> None:
    person = await manager(closed)
    for image in ("quay.io/demo/none:1", "", "not an image", "../etc"):
        assert (await person.get(str(URL("/waive").with_query(image=image)))).status == 404
        assert (await sent(person, image=image)).status == 404
    assert (await person.post("/waivers/revoke", {"csrf": token_on((await person.get(FORM)).text)})).status == 404


async def test_a_name_like_a_slack_user_s_mentions_nobody(closed: Closed) -> None:
    person = await closed.browser("release-managers", sub="U0ALICE")
    await sent(person)
    assert [one.who for one in await kept(closed)] == ["U0ALICE (login)"]


async def test_waivers_of_a_workspace_and_those_of_the_pages_know_nothing_of_each_other(closed: Closed) -> None:
    """With several Slack workspaces, the pages show what the bot itself watches (docs/workspaces.md)."""
    person, theirs = await manager(closed), Waivers(closed.store.of("T0ACME.0123456789abcdef"))
    assert (await sent(person)).to == "/waivers"
    assert not (await theirs.listed()).items
    page = (await person.get("/waivers")).text
    own = replace((await kept(closed))[0], id="theirs1", reason="known in that workspace alone")
    assert await theirs.add(own)
    assert "known in that workspace" not in (await person.get("/waivers")).text
    assert (await person.post("/waivers/revoke", {"csrf": token_on(page), "id": own.id})).status == 404
    assert [one.id for one in (await theirs.listed()).items] == [own.id]
