"""A receiver of webhooks on loopback: HTTPS with a certificate of its own, in any mood."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "receiver.test"


@dataclass(frozen=True)
class Got:
    """One message as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers by `moods`, one after the other and then the last again: a status, or a word."""

    url: str
    ca: str
    moods: list[int | str] = field(default_factory=lambda: [200])
    got: list[Got] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def here(self, host: str, port: int) -> Sequence[str]:
        """The address of this receiver, whatever its name."""
        return ["127.0.0.1"]

    def mood(self) -> int | str:
        """How the next one is answered."""
        return self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]


@contextmanager
def receiver(folder: Path, host: str = HOST) -> Iterator[Receiver]:
    """A receiver that runs meanwhile."""
    certificate = _certificate(folder, host)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is no news
    found = Receiver(f"https://{HOST}:{server.server_port}/hook?a=1", str(certificate))
    server.stand = found  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        stand: Receiver = self.server.stand  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        stand.got.append(Got(self.path, headers, body))
        mood = stand.mood()
        if mood == "hang":
            stand.over.wait(20)
            return
        if mood == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            while not stand.over.wait(0.05):
                self.wfile.write(b"a")
            return
        if mood == "nonsense":
            self.wfile.write(b"HELLO WHO IS THERE\r\n\r\n")
            return
        self.send_response(200 if isinstance(mood, str) else mood)
        if mood == 302:
            self.send_header("Location", "https://receiver.test/elsewhere")
        if mood == "huge":
            self.send_header("Content-Length", str(10**12))
        self.end_headers()
        if mood == "huge":
            for _ in range(200):
                self.wfile.write(b"x" * 65536)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def _certificate(folder: Path, host: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file
