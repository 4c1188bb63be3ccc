"""Whether a tool finds the image's signature."""

from collections.abc import Iterable, Iterator
from typing import Final

from bot.context import Context
from bot.readers.forms import of_signature
from bot.readers.seeing import Sight, SightState
from bot.rules.coverage import image_signatures, is_expected, is_unverifiable, is_valid, reasons, subject
from bot.rules.sights.asked import AskedReader, best_of, unsearched
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import Layout, Signature
from bot.unreadable import UnknownReason
from bot.values import replace

OTHER_BUNDLE: Final = "only as a bundle of the same signer that holds another statement, which it takes for a signature"


def of_signatures(asked: AskedReader) -> Sight:
    """Verified signatures of the image; those of a signer whom the policy names, where there are such."""
    context = asked.context
    valid = _about_it(context, image_signatures(context.evidence, is_valid))
    if not valid:
        unverified = _about_it(context, image_signatures(context.evidence, is_unverifiable))
        return _unverified(unverified) if unverified else unsearched(asked) or Sight(SightState.ABSENT)
    signed = [one for one in valid if is_expected(one, context.expected)] or valid
    best = best_of((*(asked.sees(of_signature(one)) for one in signed), *_in_other_bundles(asked, signed)))
    return _that_others_verify(asked) or best if best.state is SightState.UNSEEN else best


def _that_others_verify(asked: AskedReader) -> Sight | None:
    """Signatures where the tool looks that only its users can verify, with keys that the policy does not name."""
    unverified = _about_it(asked.context, image_signatures(asked.context.evidence, is_unverifiable))
    found = [one for one in unverified if asked.sees(of_signature(one)).state is not SightState.UNSEEN]
    return _unverified(found) if found else None


def _in_other_bundles(asked: AskedReader, signed: list[Signature]) -> Iterator[Sight]:
    """Bundles by these signers that say something else of the image, and that the tool takes for its signature."""
    if not asked.row.any_bundle:
        return
    by = {(one.issuer, one.identity, one.key_name) for one in signed}
    for one in _about_it(asked.context, filter(is_valid, asked.context.evidence.signatures)):
        if one.layout is Layout.BUNDLE and (one.issuer, one.identity, one.key_name) in by:
            sight = asked.sees(of_signature(one))
            yield replace(sight, why=sight.why or OTHER_BUNDLE) if sight.state is SightState.SEEN else sight


def _about_it(context: Context, signatures: Iterable[Signature]) -> list[Signature]:
    return [one for one in signatures if subject(context.evidence, one)]


def _unverified(signatures: list[Signature]) -> Sight:
    by_key = any(one.code is SignatureReason.NO_KEY for one in signatures)
    why = f"present, but not verified: {reasons(signatures)}"
    return Sight(SightState.UNKNOWN, why, code=UnknownReason.NO_KEY if by_key else UnknownReason.UNVERIFIABLE)
