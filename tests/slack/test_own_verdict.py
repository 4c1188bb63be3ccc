"""The image that names others which were not seen has a verdict of its own."""

from bot.rules import Outcome
from tests.slack.parts import Office, failing, report
from tests.slack.test_release import IMAGES, good, whole
from tests.slack.test_release_words import INCOMPLETE, lines, without


async def test_an_image_that_tells_of_others_does_not_pass_if_its_own_signature_is_unknown(office: Office) -> None:
    unsure = failing("signature-missing", outcome=Outcome.UNKNOWN)
    first = report(failing(INCOMPLETE, title="An image was not seen"), unsure, image=IMAGES[0])
    await office.publish(without(whole(first, good(IMAGES[3])), *IMAGES[1:3], *IMAGES[4:]))
    assert "*Pass*" not in lines(office)
