"""Ports for servers of tests: two tests that run at once never get the same one."""

import pytest

from tests.real_parts import FREE_PORTS, free_port


def test_no_port_is_given_twice() -> None:
    ports = [free_port() for _ in range(200)]
    assert len(set(ports)) == 200


def test_each_process_of_a_run_has_ports_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
    given = []
    for worker in ("gw0", "gw1", "gw2"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        given.append({free_port() % 3 for _ in range(50)})
    assert [len(rests) for rests in given] == [1, 1, 1]
    assert len(set.union(*given)) == 3


def test_the_port_of_a_cluster_beside_it_is_none_that_is_given() -> None:
    assert FREE_PORTS.start + 10_000 >= FREE_PORTS.stop
