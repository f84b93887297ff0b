"""Which computers an address may lead to: the public internet, never the network the server stands in."""

import ipaddress
import socket
from urllib.parse import quote, urljoin, urlsplit

from forecasting.errors import SourceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Public by its number, yet a door into the machine's own cloud (Azure's wire server).
METADATA = frozenset({ipaddress.ip_address("168.63.129.16")})
# Networks that carry an IPv4 address inside: NAT64 and 6to4 lead to whatever it says.
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
# Letters of a path that stay as they are; what is escaped already is not escaped again.
PLAIN = "/%:@!$&'()*+,;=~-._?"


class Target:
    """One address of the web, its parts checked and its computer found.

    The connection goes to `computer`, the very address that was checked: a name that
    answers differently a moment later leads nowhere else.
    """

    def __init__(self, address: str, *, loopback: bool) -> None:
        self.address = address.strip()
        try:
            parts = urlsplit(self.address)
            port = parts.port
        except ValueError:
            raise SourceError("The web address cannot be read; write it as https://host/path.") from None
        if parts.username or parts.password:
            raise SourceError(
                "The web address holds a login; name a header in the server's settings instead."
            )
        self.host = parts.hostname or ""
        self.tls = parts.scheme == "https"
        self.port = port or (443 if self.tls else 80)
        self.path = quote(parts.path or "/", safe=PLAIN)
        self.path += f"?{quote(parts.query, safe=PLAIN)}" if parts.query else ""
        if not self.host or any(letter < " " for letter in self.address):
            raise SourceError("The web address names no host; write it as https://host/path.")
        self.computer = _checked(self.host, self.port, loopback=loopback)
        if not self.tls and not (parts.scheme == "http" and self.computer.is_loopback):
            raise SourceError(
                f"Only https addresses are read, and this one begins with {parts.scheme or 'nothing'!r}; "
                "write https://."
            )

    @property
    def origin(self) -> tuple[bool, str, int]:
        """Return what decides who gets the headers: scheme, host and port."""
        return (self.tls, self.host, self.port)

    def beside(self, location: str) -> str:
        """Return the address a redirect from here leads to."""
        return urljoin(self.address, location)


def _checked(host: str, port: int, *, loopback: bool) -> Address:
    """Return the address of a host, when every one it has is public."""
    found = _addresses(host, port)
    for address in found:
        if not (_public(address) or (loopback and address.is_loopback)):
            raise SourceError(
                f"{host} is inside the server's own network, which no page reads; use a public address."
            )
    return found[0]


def _addresses(host: str, port: int) -> list[Address]:
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceError(
            f"There is no host {host!r}, or it cannot be found now; check the address."
        ) from None
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in told]


def _public(address: Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None)
    if inner is not None:
        return _public(inner)
    if address.version == 6 and any(address in network for network in CARRIERS):
        return False
    return address.is_global and not address.is_multicast and address not in METADATA
