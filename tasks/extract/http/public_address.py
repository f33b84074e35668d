"""Is an IP address one that any stranger on the internet may connect to?

Stricter than `ipaddress.is_global`, which in Python 3.11 lets NAT64 and 6to4 forms of private addresses, multicast and
IPv4-compatible addresses pass. Judged is the address that is about to be dialled, so names, redirects, other
spellings of numbers and rebinding make no difference.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Guard:
    """Which addresses may be dialled: public ones, and those of `networks` that an operator allows; only `ports`."""

    networks: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80, 443, 8080, 8443)

    def allows(self, address: str, port: int) -> bool:
        """May this address be dialled at this port?"""
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        is_named = any(ip in ipaddress.ip_network(network) for network in self.networks)
        return is_named or (port in self.ports and _is_public(ip))


def public_address(address: str) -> bool:
    """The address, written as the socket layer writes it, is one of the public internet."""
    try:
        return _is_public(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False


def _is_public(ip: _Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return _is_public(ip.ipv4_mapped)
        if ip in _NAT64:
            return _is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip not in _UNICAST:
            return False
    return not any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)
