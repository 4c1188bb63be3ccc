"""An HTTP proxy on 127.0.0.1: CONNECT and absolute addresses, for names that only it can resolve."""

import asyncio
import base64
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit


@dataclass(slots=True, kw_only=True)
class FakeProxy:
    """`names` says where host:port really is. `asked` are the first lines, `status` is another answer than success.

    `is_mute`: it takes a request and says nothing. `breaks`: it closes each tunnel as soon as that is open.
    """

    names: dict[str, str] = field(default_factory=dict)
    login: str = ""  # user:password
    status: int = 200
    is_mute: bool = False
    breaks: bool = False
    tls: ssl.SSLContext | None = None
    asked: list[str] = field(default_factory=list)
    host: str = field(init=False, default="")
    _server: asyncio.Server | None = field(init=False, default=None)
    _serving: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._start, "127.0.0.1", 0, ssl=self.tls)
        address, port = self._server.sockets[0].getsockname()[:2]
        self.host = f"{address}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _start(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError), closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            line = head.split(b"\r\n")[0].decode()
            self.asked.append(line)
            wanted = f"Proxy-Authorization: Basic {base64.b64encode(self.login.encode()).decode()}".lower()
            status = 407 if self.login and wanted.encode() not in head.lower() else self.status
            if self.is_mute:
                await reader.read()
            elif status != 200:
                writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())
            else:
                await self._pass_on(line, head, reader, writer)

    async def _pass_on(
        self, line: str, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, target, _ = line.split(" ")
        place = target if method == "CONNECT" else urlsplit(target).netloc
        if self.breaks:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            return
        there, back = await asyncio.open_connection(*self.names[place].split(":"))
        with closing(back):
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                path = urlsplit(target)._replace(scheme="", netloc="").geturl()
                back.write(head.replace(target.encode(), path.encode(), 1))
            await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
