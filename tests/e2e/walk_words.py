"""What a person types: the command, and the bot's name in a thread; and App Home."""

from bot.render.slack.buttons import SHARE
from tests.e2e.steps import Walk, presses
from tests.waiting import eventually


async def answered(walk: Walk, text: str, words: str) -> None:
    """Type it, and read the answer."""
    await walk.read()
    await walk.slack.command(text)
    await walk.hears(words)


@presses("command /provenance", "verb help", "verb explain", "verb list", "verb status")
async def ask(walk: Walk) -> None:
    await answered(walk, "help", "/provenance check")
    await answered(walk, "explain sbom-missing", "SBOM")
    await answered(walk, "list", "team/*")
    await answered(walk, "status team/app 1.0", "team/app")


@presses("verb check", f"action {SHARE}")
async def check_and_share(walk: Walk) -> None:
    await answered(walk, f"check {walk.image}", "Checking")
    private = await walk.message(SHARE)
    await walk.slack.press(private, SHARE)
    await walk.hears("is up to date")
    assert await walk.parent()  # there is still one


@presses("verb compare", "verb audit", "verb fix", "verb digest")
async def questions(walk: Walk) -> None:
    await answered(walk, f"compare {walk.image} {walk.image}", "no difference")
    await answered(walk, f"audit {walk.image.rpartition(':')[0]}", "1 image:")
    await answered(walk, f"fix {walk.image}", "The fix changes")
    await answered(walk, "digest", "Digest:")


@presses("verb watch", "verb unwatch", "verb settings", "verb snooze")
async def change(walk: Walk) -> None:
    repository = "quay.io/elsewhere/app"  # that no setting watches
    await answered(walk, f"watch {repository}", "watches")
    await answered(walk, f"unwatch {repository}", "has removed the watch")
    await answered(walk, "settings mentions none", "has set")
    await answered(walk, f"snooze {walk.image} 1d", "has snoozed")
    await walk.stands("Snoozed by")
    await answered(walk, f"snooze {walk.image} off", "has ended")


@presses("event app_mention", "event app_home_opened")
async def mention_and_home(walk: Walk) -> None:
    await walk.read()
    await walk.slack.mention("status team/app 1.0", thread_ts=(await walk.parent())["ts"])
    await walk.hears("team/app")
    await walk.slack.open_home()
    await eventually(lambda: "team/app 1.0" in str(walk.screen.home))


STEPS = (ask, check_and_share, questions, change, mention_and_home)
