"""What all tests share."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from messages import compile_catalogues


def pytest_configure(config: pytest.Config) -> None:
    """Tests see the translations as they are written now."""
    compile_catalogues()


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole messages are compared in English, whatever the organization speaks, unless a test says else."""
    monkeypatch.setenv("IKU_LANG", "en")


@pytest.fixture(autouse=True)
def _without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails loudly: the engine never does (J1, S1)."""
    connect = socket.socket.connect

    def local(self: socket.socket, address: Any) -> None:
        inside = self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost")
        assert inside, f"the network was asked for: {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write expected files anew")
