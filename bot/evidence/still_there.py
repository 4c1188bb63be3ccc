"""Whether the image is still in its registry, which has answered 404 for what the image names."""

from bot.errors import NotFoundError, TooLargeError, UnavailableError
from bot.evidence.asking import Asking


async def require_still_there(asking: Asking) -> None:
    """Ask for the image itself, which was read a moment ago, when the registry has answered 404 for what it names.

    An image that is deleted meanwhile, or a registry that is being restarted behind a gateway, loses all parts at once:
    then none of them was missing. Raises UnavailableError, or the RegistryError that says why nobody can tell.
    """
    held = asking.image.at(asking.held.also or asking.held.digest)
    try:
        await asking.registry.resolve(held)
    except TooLargeError:  # the check has asked for too much already; what it was answered still counts
        return
    except NotFoundError as error:
        text = f"{held} was there when this look at it began, and is not there any more"
        raise UnavailableError(text, host=held.registry, tried=error.tried) from error
