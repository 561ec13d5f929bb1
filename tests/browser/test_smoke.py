"""The app starts, shows itself without a complaint from the browser, and keeps to the address it was given."""

from __future__ import annotations

import base64
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_first_screen(open_page: Any, width: int, color_scheme: str) -> None:
    page = open_page("/", width=width, height=844, color_scheme=color_scheme)
    assert page.locator("[data-testid=stMain] >> visible=true").inner_text().strip()
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_server_listens_on_this_machine_only(server: str) -> None:
    port = urlsplit(server).port
    with socket.socket() as client:
        client.settimeout(10)
        assert client.connect_ex(("127.0.0.2", port)) != 0  # an open address would answer under this one too


@pytest.mark.parametrize(("host", "status"), [("localhost", 101), ("evil.example", 403)])
def test_a_page_under_another_name_gets_no_session(server: str, host: str, status: int) -> None:
    """DNS rebinding: a foreign page whose name was made to point here must not be let in."""
    port = urlsplit(server).port
    key = base64.b64encode(bytes(16)).decode()
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: streamlit\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(request.encode())
        answer = client.recv(4096).decode("latin-1")
    assert answer.startswith(f"HTTP/1.1 {status}")
