"""The two system calls that Python 3.11 does not have: enter a namespace, make a socket there."""

import ctypes
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_NETWORK = 0x40000000  # CLONE_NEWNET of linux/sched.h
_HERE = Path("/proc/thread-self/ns/net")


@contextmanager
def in_network(namespace: Path) -> Iterator[None]:
    """Let this thread, and it alone, be in another network namespace meanwhile."""
    home = os.open(_HERE, os.O_RDONLY | os.O_CLOEXEC)
    try:
        away = os.open(namespace, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(away)
        finally:
            os.close(away)
        try:
            yield
        finally:
            _enter(home)
    finally:
        os.close(home)


def socket_in(namespace: Path) -> socket.socket:
    """Make a TCP socket of that namespace; it stays there, whichever thread uses it."""
    with in_network(namespace):
        return socket.socket()


def _enter(descriptor: int) -> None:
    if _LIBC.setns(descriptor, _NETWORK):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
