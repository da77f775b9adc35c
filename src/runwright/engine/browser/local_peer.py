"""Whose program a connection on this machine comes from: a port of 127.0.0.1 is open to every account.

Source: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

_TABLE = Path("/proc/net/tcp")
"""The kernel's table of connections over IPv4, with the account of each end on this machine."""


def of_another_account(connection: asyncio.StreamWriter) -> bool:
    """Whether the program at the other end of a connection over 127.0.0.1 belongs to another account.

    False where the system does not tell, as on macOS.
    """
    if not sys.platform.startswith("linux"):
        return False
    wanted = tuple(_written(connection.get_extra_info(end)) for end in ("peername", "sockname"))
    try:
        with _TABLE.open("r", encoding="ascii") as table:
            for line in table:
                fields = line.split()
                if len(fields) > 7 and (fields[1], fields[2]) == wanted:
                    return int(fields[7]) != os.geteuid()
    except OSError:  # a container may have no such table
        return False
    return False


def _written(address: tuple[str, int]) -> str:
    """An IPv4 address and port as the table has them: hexadecimal, the address in the order of the machine."""
    host, port = address
    number = int.from_bytes(bytes(map(int, host.split("."))), sys.byteorder)
    return f"{number:08X}:{port:04X}"
