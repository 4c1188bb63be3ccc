"""Which roots are trusted: the public one of the library, files of the operator's, one renewed through TUF."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from securesystemslib.signer._crypto_signer import CryptoSigner
from tuf.api._payload import MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.metadata import Metadata

from bot.errors import SettingsError
from bot.oci.reference import Reference
from bot.oci.wire.outbound import of_operator
from bot.policy import default_policies
from bot.policy.search import Searching
from bot.settings import Settings
from bot.signatures.options import RootOptions
from bot.signatures.roots.fingerprint import fingerprint
from bot.signatures.roots.load import _of_day, embedded, trusted_roots
from bot.signatures.roots.root import Trust
from bot.signatures.signature import SignatureState
from bot.values import replace
from tests.fake_proxy import FakeProxy
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.judged import DIGEST, assert_valid, bundle

NEVER = RootOptions(public=False)
UNREADABLE = Path("/proc/self/mem")
"""A file for everybody, the administrator too, whose first bytes nobody can read."""


@pytest.fixture(scope="module")
def document() -> bytes:
    return json.dumps(PrivateSigstore().root()).encode()


def test_the_public_root_comes_with_the_library() -> None:
    roots = trusted_roots(RootOptions())
    assert [root.name for root in roots.roots] == ["trusted_root.json"]
    assert roots.problem == ""
    assert all(part for part in (roots.roots[0].authorities, roots.roots[0].tlogs, roots.roots[0].ctlogs))


def test_no_root_at_all_says_so() -> None:
    assert trusted_roots(NEVER).roots == ()
    assert "no trusted root" in trusted_roots(NEVER).problem


def test_files_beside_the_public_one(tmp_path: Path, document: bytes) -> None:
    """Several roots may stand in one file, a line each."""
    one, lines = tmp_path / "one.json", tmp_path / "lines.jsonl"
    one.write_bytes(json.dumps(json.loads(document), indent=2).encode())
    lines.write_bytes(document + b"\n" + document + b"\n")
    roots = trusted_roots(RootOptions(files=(one, lines)))
    assert [root.name for root in roots.roots] == ["trusted_root.json", "one.json", "lines.jsonl", "lines.jsonl"]
    assert [root.name for root in trusted_roots(RootOptions(files=(one,), public=False)).roots] == ["one.json"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"{" * 1000, b"x" * 2_000_000, None])
def test_a_file_that_is_none_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "root.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"root\.json"):
        trusted_roots(RootOptions(files=(file,)))


@pytest.mark.skipif(not UNREADABLE.is_file(), reason="Linux has it")
def test_a_first_root_that_cannot_be_read_stops_nothing() -> None:
    """The bot started with a traceback; whoever verifies with the root says what is wrong."""
    options = RootOptions(tuf="http://127.0.0.1:9", tuf_root=UNREADABLE)
    assert fingerprint(options) != fingerprint(replace(options, tuf_root=Path(__file__)))


def test_a_root_whose_log_has_no_beginning_is_none(tmp_path: Path) -> None:
    root = PrivateSigstore().root()
    del root["tlogs"][0]["publicKey"]["validFor"]["start"]
    file = tmp_path / "root.json"
    file.write_text(json.dumps(root))
    with pytest.raises(SettingsError, match="start"):
        trusted_roots(RootOptions(files=(file,)))


def test_from_the_settings(tmp_path: Path, document: bytes) -> None:
    file = tmp_path / "private.json"
    file.write_bytes(document)
    settings = Settings(trusted_roots=(file,), public_root=False)
    searching = Searching(settings.root_options(), default_policies)
    searching.prepare()

    trust = searching.trust(Reference.parse("alpine"))
    assert [root.name for root in trust.roots] == ["private.json"]


class TestRenewed:
    """A TUF repository on this machine, signed by its own keys."""

    @pytest.fixture
    def repository(self, tmp_path: Path, document: bytes) -> Iterator[tuple[str, Path]]:
        """Its URL, and the root that it was first met with."""
        folder = tmp_path / "tuf"
        met_with = _publish(folder, document)
        with _served(folder) as url:
            yield url, met_with

    def test_the_root_of_another_instance_stands_before_the_released_one(
        self, repository: tuple[str, Path], tmp_path: Path
    ) -> None:
        url, met_with = repository
        roots = trusted_roots(RootOptions(tuf=url, tuf_root=met_with, cache=tmp_path / "cache"))
        assert [root.name for root in roots.roots] == ["renewed", "trusted_root.json"]
        assert roots.problem == ""

    @pytest.mark.parametrize("part", ["certificateAuthorities", "tlogs"])
    def test_what_it_does_not_trust_any_longer_the_released_root_cannot_vouch_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
    ) -> None:
        """An authority whose key was stolen, for example: the repository says until when it was in use."""
        sigstore, released = PrivateSigstore(), tmp_path / "released.json"
        released.write_text(json.dumps(sigstore.root()))
        monkeypatch.setattr("bot.signatures.roots.load.embedded", lambda _: released)
        signed = json.dumps(sigstore.bundle(statement(DIGEST), sigstore.signer())).encode()
        ended = sigstore.root()
        for one in ended[part]:
            place = one.get("publicKey", one)
            place["validFor"]["end"] = f"{sigstore.born:%Y-%m-%dT%H:%M:%SZ}"
        folder = tmp_path / "tuf"
        met_with = _publish(folder, json.dumps(ended).encode())
        with _served(folder) as url:
            renewed = RootOptions(tuf=url, tuf_root=met_with, cache=tmp_path / "cache")
            before, after = (Trust(trusted_roots(one).roots) for one in (RootOptions(cache=tmp_path), renewed))
        assert_valid(bundle(signed, before))
        assert bundle(signed, after).state is SignatureState.INVALID
        _of_day.cache_clear()
        later = trusted_roots(renewed)
        assert "could not be renewed" in later.problem, "nobody serves it any longer"
        assert bundle(signed, Trust(later.roots)).state is SignatureState.INVALID

    def test_what_it_had_last_does_not_count_where_others_may_write(
        self, repository: tuple[str, Path], tmp_path: Path
    ) -> None:
        url, met_with = repository
        options = RootOptions(tuf=url, tuf_root=met_with, cache=tmp_path / "cache")
        assert len(trusted_roots(options).roots) == 2
        options.cache.chmod(0o777)
        _of_day.cache_clear()
        assert [root.name for root in trusted_roots(options).roots] == ["trusted_root.json"]

    def test_what_another_repository_had_is_not_taken_for_what_one_without_an_answer_had_last(
        self, repository: tuple[str, Path], tmp_path: Path
    ) -> None:
        url, met_with = repository
        options = RootOptions(tuf=url, tuf_root=met_with, cache=tmp_path / "cache")
        assert [root.name for root in trusted_roots(options).roots] == ["renewed", "trusted_root.json"]
        other = replace(options, tuf="http://127.0.0.1:9")
        assert [root.name for root in trusted_roots(other).roots] == ["trusted_root.json"]

    def test_sigstore_s_own_repository_replaces_the_released_root_whatever_it_names(
        self, repository: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Even if no key is left of those that it was released with."""
        url, met_with = repository
        monkeypatch.setattr("bot.signatures.roots.load.PUBLIC", url)
        roots = trusted_roots(RootOptions(tuf=f"{url}/", tuf_root=met_with, cache=tmp_path / "cache"))
        assert [root.name for root in roots.roots] == ["renewed"]

    async def test_a_repository_that_only_a_proxy_reaches_is_read_through_it(
        self, repository: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the library would read in the environment does not count."""
        url, met_with = repository
        monkeypatch.setenv("NO_PROXY", "*")
        async with FakeProxy(names={"tuf.example:8080": url.removeprefix("http://")}, login="me:s3cret") as proxy:
            proxies = of_operator(f"http://me:s3cret@{proxy.host}")
            options = RootOptions(
                tuf="http://tuf.example:8080", tuf_root=met_with, cache=tmp_path / "cache", proxies=proxies
            )
            roots = await asyncio.to_thread(trusted_roots, options)
            assert [root.name for root in roots.roots] == ["renewed", "trusted_root.json"]
            asked = len(proxy.asked)
            assert asked > 1
            direct = RootOptions(tuf=url, tuf_root=met_with, cache=tmp_path / "direct", proxies=proxies)
            assert len((await asyncio.to_thread(trusted_roots, direct)).roots) == 2
            assert len(proxy.asked) == asked
            proxy.login = "me:other"
            refused = RootOptions(
                tuf="https://tuf.example", tuf_root=met_with, cache=tmp_path / "refused", proxies=proxies
            )
            problem = (await asyncio.to_thread(trusted_roots, refused)).problem
        assert "could not be renewed" in problem
        assert "s3cret" not in problem

    def test_a_repository_that_somebody_else_signs_changes_nothing(
        self, repository: tuple[str, Path], tmp_path: Path
    ) -> None:
        url, _ = repository
        stranger = _publish(tmp_path / "stranger", b"{}")
        roots = trusted_roots(RootOptions(tuf=url, tuf_root=stranger, cache=tmp_path / "other"))
        assert [root.name for root in roots.roots] == ["trusted_root.json"]
        assert "could not be renewed" in roots.problem

    def test_a_folder_for_its_metadata_that_others_may_write_is_not_used(
        self, repository: tuple[str, Path], tmp_path: Path
    ) -> None:
        url, met_with = repository
        shared = tmp_path / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        roots = trusted_roots(RootOptions(tuf=url, tuf_root=met_with, cache=shared))
        assert "may be written by other users" in roots.problem
        assert not list(shared.iterdir())

    def test_no_answer_changes_nothing(self, tmp_path: Path) -> None:
        met_with = embedded("root.json")
        assert met_with is not None
        roots = trusted_roots(RootOptions(tuf="http://127.0.0.1:9", tuf_root=met_with, cache=tmp_path / "cache"))
        assert [root.name for root in roots.roots] == ["trusted_root.json"]
        assert "could not be renewed" in roots.problem

    def test_a_repository_that_is_not_sigstore_s_needs_its_first_root(self) -> None:
        with pytest.raises(SettingsError, match="PROVENANCE_TUF_ROOT"):
            trusted_roots(RootOptions(tuf="https://tuf.example"))


_ROLES = ("root", "timestamp", "snapshot", "targets")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing on the terminal."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The URL of that folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _publish(folder: Path, document: bytes) -> Path:
    """A repository with trusted_root.json in it; its root metadata's file."""
    (folder / "targets").mkdir(parents=True)
    keys = {role: CryptoSigner.generate_ecdsa() for role in _ROLES}
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    target = TargetFile.from_data("trusted_root.json", document)
    name = f"{next(iter(target.hashes.values()))}.trusted_root.json"
    (folder / "targets" / name).write_bytes(document)
    root = Root(expires=until, consistent_snapshot=True)
    for role in _ROLES:
        root.add_key(keys[role].public_key, role)
    parts: dict[str, Metadata[Any]] = {
        "root": Metadata(root),
        "targets": Metadata(Targets(expires=until, targets={"trusted_root.json": target})),
        "snapshot": Metadata(Snapshot(expires=until, meta={"targets.json": MetaFile(1)})),
        "timestamp": Metadata(Timestamp(expires=until, snapshot_meta=MetaFile(1))),
    }
    for role, metadata in parts.items():
        metadata.sign(keys[role])
        metadata.to_file(str(folder / ("timestamp.json" if role == "timestamp" else f"1.{role}.json")))
    return folder / "1.root.json"
