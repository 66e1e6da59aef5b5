"""Sends one message to an address that somebody else chose, and goes nowhere but to the open internet.

Only https, only public addresses, connected to the very address that was looked at (so that a name cannot
change its mind in between), no redirects, no proxy, a deadline for everything and little read. Signed as
Standard Webhooks asks: HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from .contract import Refused, TryLater

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

MOST_READ = 16 * 1024
LONGEST_URL = 500
PORT = 443
_WRAPPING = tuple(
    ipaddress.ip_network(told) for told in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""IPv6 networks behind which an IPv4 address of anybody may stand."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as it goes out: its id stays however often it is tried, `at` is the time of the try."""

    id: str
    at: int
    body: bytes

    def headers(self, secrets: Sequence[bytes]) -> dict[str, str]:
        """What the receiver checks; one signature for every secret that counts."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "Engage-Webhooks/1",
            "webhook-id": self.id,
            "webhook-timestamp": str(self.at),
            "webhook-signature": " ".join(self._signature(secret) for secret in secrets),
        }

    def _signature(self, secret: bytes) -> str:
        signed = f"{self.id}.{self.at}.".encode() + self.body
        return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


@dataclass(frozen=True, slots=True)
class Way:
    """How far a message may go and how long it may take.

    `loopback_ca` is for tests alone: the file of certificates to trust, with which this machine's own
    addresses are allowed too.
    """

    connect: float = 5.0
    whole: float = 15.0
    loopback_ca: str | None = None


def addresses(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, asked once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


def check(url: str) -> SplitResult:
    """The parts of an address that may be sent to, as far as can be seen without asking for its host.

    Raises Refused: not_https, not_an_address.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise Refused("not_an_address") from None
    if parts.scheme != "https":
        raise Refused("not_https")
    odd = any(ord(letter) <= 32 or ord(letter) > 126 for letter in parts.path + parts.query)
    if not host or odd or port == 0 or "@" in parts.netloc or "%" in host or len(url) > LONGEST_URL:
        raise Refused("not_an_address")
    return parts


def deliver(
    url: str, message: Signed, secrets: Sequence[bytes], *, way: Way = Way(), resolve: Resolver = addresses
) -> int:
    """Posts a message and answers with the status, which is 2xx.

    Raises Refused (not_https, not_an_address, private_address, gone) or TryLater (unknown_host, unreachable,
    certificate, timeout, garbled, redirected, status).
    """
    parts = check(url)
    host, port = (parts.hostname or "").encode("idna").decode(), parts.port or PORT
    connection = _Pinned(host, port, _public(host, port, way, resolve), way)
    try:
        status = connection.post(parts, message.body, message.headers(secrets))
    except ssl.SSLCertVerificationError:
        raise TryLater("certificate") from None
    except TimeoutError:
        raise TryLater("timeout") from None
    except http.client.HTTPException:
        raise TryLater("timeout" if connection.over else "garbled") from None
    except (OSError, ValueError):  # ValueError: the deadline closed it in between
        raise TryLater("timeout" if connection.over else "unreachable") from None
    finally:
        connection.close()
    if connection.over:  # what was cut off in the middle may look like an answer
        raise TryLater("timeout")
    if status == 410:
        raise Refused("gone", code=status)
    if 300 <= status < 400:
        raise TryLater("redirected", code=status)
    if not 200 <= status < 300:
        raise TryLater("status", code=status)
    return status


def public(told: str, *, loopback: bool = False) -> bool:
    """Whether an address is one of the open internet."""
    try:
        address: Address = ipaddress.ip_address(told.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return public(str(address.ipv4_mapped), loopback=loopback)
        if any(address in network for network in _WRAPPING) or address.is_site_local:
            return False
    if address.is_loopback:
        return loopback
    return address.is_global and not address.is_multicast and not address.is_reserved


def _public(host: str, port: int, way: Way, resolve: Resolver) -> str:
    """The address to connect to; one that is not public among a host's addresses shuts out all of them."""
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError):
        raise TryLater("unknown_host") from None
    if not found:
        raise TryLater("unknown_host")
    if not all(public(one, loopback=way.loopback_ca is not None) for one in found):
        raise Refused("private_address")
    return found[0]


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, in the name of a host, that ends at a deadline whatever is going on."""

    def __init__(self, host: str, port: int, address: str, way: Way) -> None:
        super().__init__(host, port, timeout=way.connect)
        self._address, self._way, self.over = address, way, False
        self._trust = ssl.create_default_context(cafile=way.loopback_ca)

    def post(self, parts: SplitResult, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer, of whose body a little is read so that the sender can finish."""
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        deadline = threading.Timer(self._way.whole, self._end)
        deadline.daemon = True
        deadline.start()
        try:
            self.request("POST", target, body, headers)
            answer = self.getresponse()
            answer.read(MOST_READ)
            return answer.status
        finally:
            deadline.cancel()

    def connect(self) -> None:
        """To the address that was looked at, with the certificate of the host."""
        plain = socket.create_connection((self._address, self.port), self._way.connect)
        plain.settimeout(self._way.whole)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def _end(self) -> None:
        self.over = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
