"""Who is notified of what: Slack notifies for posts and not for edits, so the first post carries the verdict. No I/O.

A version is told when its first image fails or when all its images are settled, whichever is first. A rolling tag is
told when it fails; as long as nothing gets worse it is silent.
"""

from bot.render.release.view import Passes, ReleaseView
from bot.report import Verdict
from bot.store.threads import Thread


def is_due(release: ReleaseView, *, forced: bool) -> bool:
    """Whether a release without a thread gets one. `forced` means that a person asked for it."""
    if forced:
        return True
    if release.attention.is_quiet:
        return False
    if release.twin or release.asks_nothing:  # it is named in the thread of its version, or nobody asks about it
        return False
    if release.verdict is Verdict.FAIL:
        return True
    if release.is_waiting or not release.reports:
        return False
    return not is_quiet(release)


def is_quiet(release: ReleaseView) -> bool:
    """Whether it is settled, and not worth a post: a rolling tag that does not fail, or a pass that nobody wants."""
    if release.is_waiting or release.verdict is Verdict.FAIL:
        return False
    if release.verdict is Verdict.UNKNOWN:
        return release.is_rolling
    return release.passes is not Passes.EACH


def is_for_digest(release: ReleaseView) -> bool:
    """Whether it passes, and the digest of its channel is to say so."""
    is_good = not release.is_waiting and release.verdict in {Verdict.PASS, Verdict.WARN}
    return is_good and release.passes is Passes.DIGEST and not release.twin


def is_change_told(thread: Thread, release: ReleaseView) -> bool:
    """Whether another verdict than the one that people have seen is worth a reply.

    What another thread tells is not told here again; but that what failed here passes now is told to those who read it.
    """
    seen = thread.parent
    if release.attention.is_quiet or release.is_waiting:
        return False
    if not seen.rev or seen.verdict in {"", str(release.verdict)}:
        return False
    if release.twin and (seen.verdict != Verdict.FAIL or release.verdict not in {Verdict.PASS, Verdict.WARN}):
        return False
    return not release.is_rolling or release.verdict is Verdict.FAIL
