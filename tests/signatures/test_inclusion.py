"""Inclusion proofs by themselves, against the tree of RFC 9162 that this file builds in the plain, recursive way.

The leaves are those that tests of certificate transparency logs have always used; the proofs are made here.
"""

import hashlib
from base64 import b64decode

import pytest

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.log.inclusion import CHECKPOINT_MAX, HASHES_MAX, Proof, verify_inclusion
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import TrustedRoot
from bot.values import replace
from tests.private_log import NAME, PrivateLog
from tests.private_sigstore import PrivateSigstore, b64

LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
LEAVES += [bytes.fromhex("5051525354555657"), bytes.fromhex("606162636465666768696a6b6c6d6e6f")]


def head(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + head(leaves[:split]) + head(leaves[split:])).digest()


def path(index: int, leaves: list[bytes]) -> tuple[bytes, ...]:
    """RFC 9162, 2.1.3.1: the siblings from the leaf to the head."""
    if len(leaves) <= 1:
        return ()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return (*path(index, leaves[:split]), head(leaves[split:]))
    return (*path(index - split, leaves[split:]), head(leaves[:split]))


@pytest.fixture(scope="module")
def instance() -> PrivateSigstore:
    return PrivateSigstore()


@pytest.fixture(scope="module")
def root(instance: PrivateSigstore) -> TrustedRoot:
    return instance.trust().roots[0]


def proof(log: PrivateLog, index: int, size: int) -> Proof:
    leaves = LEAVES[:size]
    return Proof(index, size, path(index, leaves), log.checkpoint(size, head(leaves)))


def refused(made: Proof, body: bytes, log: PrivateLog, root: TrustedRoot) -> str:
    with pytest.raises(RefusedError) as error:
        verify_inclusion(body, made, log.key_id, root)
    return error.value.code


def test_the_heads_that_everybody_knows() -> None:
    """Of the empty tree, of one empty leaf, and of all eight."""
    assert head([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert head(LEAVES[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert head(LEAVES).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize(("index", "size"), [(index, size) for size in range(1, 9) for index in range(size)])
def test_every_leaf_of_every_tree_up_to_eight(
    instance: PrivateSigstore, root: TrustedRoot, index: int, size: int
) -> None:
    log = instance.log
    good = proof(log, index, size)
    verify_inclusion(LEAVES[index], good, log.key_id, root)
    assert refused(good, b"another entry", log, root) is SignatureReason.INCLUSION
    for other in set(range(size)) - {index}:
        assert refused(replace(good, index=other), LEAVES[index], log, root) is SignatureReason.INCLUSION
    for place in range(len(good.hashes)):
        spoilt = (*good.hashes[:place], b"\0" * 32, *good.hashes[place + 1 :])
        assert refused(replace(good, hashes=spoilt), LEAVES[index], log, root) is SignatureReason.INCLUSION


class TestALengthThatDoesNotFit:
    """The checkpoint here is of whatever head the short or long proof leads to, so that only its length is wrong."""

    @pytest.mark.parametrize(("index", "size"), [(0, 2), (1, 2), (0, 8), (3, 8), (7, 8), (6, 7), (4, 5)])
    def test_too_short(self, instance: PrivateSigstore, root: TrustedRoot, index: int, size: int) -> None:
        good = proof(instance.log, index, size)
        reached = _climb(LEAVES[index], index, size, good.hashes[:-1])
        short = Proof(index, size, good.hashes[:-1], instance.log.checkpoint(size, reached))
        with pytest.raises(RefusedError, match="too short"):
            verify_inclusion(LEAVES[index], short, instance.log.key_id, root)

    def test_the_entry_itself_as_the_head_of_a_larger_tree(self, instance: PrivateSigstore, root: TrustedRoot) -> None:
        """The boldest form: no siblings at all."""
        bold = Proof(0, 8, (), instance.log.checkpoint(8, head(LEAVES[:1])))
        with pytest.raises(RefusedError, match="too short"):
            verify_inclusion(LEAVES[0], bold, instance.log.key_id, root)

    @pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (7, 8), (6, 7)])
    def test_too_long(self, instance: PrivateSigstore, root: TrustedRoot, index: int, size: int) -> None:
        good = proof(instance.log, index, size)
        more = b"\7" * 32
        reached = hashlib.sha256(b"\1" + more + head(LEAVES[:size])).digest()
        long = Proof(index, size, (*good.hashes, more), instance.log.checkpoint(size, reached))
        with pytest.raises(RefusedError, match="too long"):
            verify_inclusion(LEAVES[index], long, instance.log.key_id, root)


def _climb(leaf: bytes, index: int, size: int, hashes: tuple[bytes, ...]) -> bytes:
    """The head that these siblings lead to, as RFC 9162, 2.1.3.2 says, without asking whether it is the top."""
    at, last, reached = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for sibling in hashes:
        if at % 2 or at == last:
            reached = hashlib.sha256(b"\1" + sibling + reached).digest()
            while not at % 2 and at:
                at, last = at // 2, last // 2
        else:
            reached = hashlib.sha256(b"\1" + reached + sibling).digest()
        at, last = at // 2, last // 2
    return reached


class TestTheCheckpoint:
    """A signed note: the log's name, the tree's size, its head, and signatures."""

    def test_of_another_size(self, instance: PrivateSigstore, root: TrustedRoot) -> None:
        """The head alone is not enough: a proof for a tree of 7 says nothing about the log's tree of 8."""
        good = proof(instance.log, 2, 7)
        other = replace(good, checkpoint=instance.log.checkpoint(8, head(LEAVES[:7])))
        assert refused(other, LEAVES[2], instance.log, root) is SignatureReason.INCLUSION

    def test_of_another_head(self, instance: PrivateSigstore, root: TrustedRoot) -> None:
        other = replace(proof(instance.log, 2, 7), checkpoint=instance.log.checkpoint(7, head(LEAVES)))
        assert refused(other, LEAVES[2], instance.log, root) is SignatureReason.INCLUSION

    def test_signed_by_another_log_with_our_log_s_hint(self, instance: PrivateSigstore, root: TrustedRoot) -> None:
        good = proof(instance.log, 0, 1)
        forged = PrivateSigstore().log.checkpoint(1, head(LEAVES[:1]))
        note, _, line = forged.partition("\n\n")
        signature = instance.log.key_id[:4] + b64decode(line.split(" ")[-1])[4:]
        made = replace(good, checkpoint=f"{note}\n\n\u2014 {NAME} {b64(signature)}\n")
        assert refused(made, LEAVES[0], instance.log, root) is SignatureReason.LOG_SIGNATURE

    @pytest.mark.parametrize("hint", [b"\0\0\0\0", b""])
    def test_without_a_signature_of_that_log(self, instance: PrivateSigstore, root: TrustedRoot, hint: bytes) -> None:
        good = proof(instance.log, 0, 1)
        note, _, line = good.checkpoint.partition("\n\n")
        signature = b64decode(line.split(" ")[-1])[4:]
        made = replace(good, checkpoint=f"{note}\n\n\u2014 {NAME} {b64(hint + signature)}\n")
        assert refused(made, LEAVES[0], instance.log, root) is SignatureReason.LOG_SIGNATURE
        for spaces in ("  ", "\t"):
            wide = replace(good, checkpoint=good.checkpoint.replace(f"\u2014 {NAME} ", f"\u2014 {NAME}{spaces}"))
            assert refused(wide, LEAVES[0], instance.log, root) is SignatureReason.LOG_SIGNATURE
        bare = replace(good, checkpoint=f"{note}\n\nsigned: trust me\n\u2014 too many words here\n")
        assert refused(bare, LEAVES[0], instance.log, root) is SignatureReason.LOG_SIGNATURE

    def test_the_log_s_signature_may_stand_behind_a_witness_s(
        self, instance: PrivateSigstore, root: TrustedRoot
    ) -> None:
        good = proof(instance.log, 5, 8)
        note, _, line = good.checkpoint.partition("\n\n")
        witnessed = f"{note}\n\na line of somebody's\n\u2014 witness.example {b64(b'hintsignature...')}\n{line}"
        verify_inclusion(LEAVES[5], replace(good, checkpoint=witnessed), instance.log.key_id, root)

    @pytest.mark.parametrize("note", ["", NAME, f"{NAME}\n1", f"{NAME}\nmany\n", f"\n1\n{b64(bytes(32))}\n"])
    def test_that_does_not_parse(self, instance: PrivateSigstore, root: TrustedRoot, note: str) -> None:
        with pytest.raises(MalformedError, match="does not parse"):
            verify_inclusion(LEAVES[0], Proof(0, 1, (), note), instance.log.key_id, root)

    def test_whose_parts_are_not_base64(self, instance: PrivateSigstore, root: TrustedRoot) -> None:
        good = proof(instance.log, 0, 1)
        for checkpoint, what in (
            (f"{NAME}\n1\n%%%\n\n", "the checkpoint's tree head is not base64"),
            (
                f"{good.checkpoint.partition(chr(8212))[0]}\u2014 {NAME} %%%\n",
                "the checkpoint's signature is not base64",
            ),
        ):
            with pytest.raises(MalformedError) as error:
                verify_inclusion(LEAVES[0], replace(good, checkpoint=checkpoint), instance.log.key_id, root)
            assert str(error.value) == what

    @pytest.mark.parametrize("size", ["1" * 21, "-1", "\u0661", "1.0"])
    def test_whose_size_is_not_a_number(self, instance: PrivateSigstore, root: TrustedRoot, size: str) -> None:
        note = f"{NAME}\n{size}\n{b64(head(LEAVES[:1]))}\n"
        with pytest.raises((MalformedError, RefusedError)):
            verify_inclusion(LEAVES[0], Proof(0, 1, (), note), instance.log.key_id, root)

    def test_that_is_too_long(self, instance: PrivateSigstore, root: TrustedRoot) -> None:
        good = proof(instance.log, 0, 1)
        most = good.checkpoint + "\n" * (CHECKPOINT_MAX - len(good.checkpoint))
        verify_inclusion(LEAVES[0], replace(good, checkpoint=most), instance.log.key_id, root)
        with pytest.raises(MalformedError, match="CHECKPOINT_MAX"):
            verify_inclusion(LEAVES[0], replace(good, checkpoint=most + "\n"), instance.log.key_id, root)

    def test_of_a_log_that_the_root_does_not_name(self, instance: PrivateSigstore, root: TrustedRoot) -> None:
        with pytest.raises(UndecidableError) as error:
            verify_inclusion(LEAVES[0], proof(instance.log, 0, 1), b"\1" * 32, root)
        assert error.value.code is SignatureReason.UNKNOWN_LOG


@pytest.mark.parametrize(("index", "size"), [(-1, 8), (8, 8), (9, 8), (0, 0)])
def test_a_place_outside_the_tree(instance: PrivateSigstore, root: TrustedRoot, index: int, size: int) -> None:
    made = Proof(index, size, path(0, LEAVES), instance.log.checkpoint(size, head(LEAVES)))
    with pytest.raises(RefusedError, match="a place outside the tree"):
        verify_inclusion(LEAVES[0], made, instance.log.key_id, root)


@pytest.mark.parametrize("hashes", [(b"",), (b"\0" * 31,), (b"\0" * 33,)])
def test_siblings_that_are_no_hashes(instance: PrivateSigstore, root: TrustedRoot, hashes: tuple[bytes, ...]) -> None:
    made = Proof(0, 2, hashes, instance.log.checkpoint(2, head(LEAVES[:2])))
    with pytest.raises(RefusedError, match="something else than hashes"):
        verify_inclusion(LEAVES[0], made, instance.log.key_id, root)


def test_more_siblings_than_any_tree_has(instance: PrivateSigstore, root: TrustedRoot) -> None:
    made = Proof(0, 2**63, (b"\0" * 32,) * (HASHES_MAX + 1), instance.log.checkpoint(2**63, bytes(32)))
    with pytest.raises(RefusedError, match="a place outside the tree"):
        verify_inclusion(LEAVES[0], made, instance.log.key_id, root)


def test_as_many_siblings_as_the_largest_tree_has(instance: PrivateSigstore, root: TrustedRoot) -> None:
    """The first entry of a tree with 2^64 entries: every sibling is on the right."""
    siblings = tuple(hashlib.sha256(bytes([level])).digest() for level in range(HASHES_MAX))
    top = hashlib.sha256(b"\0" + LEAVES[0]).digest()
    for sibling in siblings:
        top = hashlib.sha256(b"\1" + top + sibling).digest()
    made = Proof(0, 2**HASHES_MAX, siblings, instance.log.checkpoint(2**HASHES_MAX, top))
    verify_inclusion(LEAVES[0], made, instance.log.key_id, root)
