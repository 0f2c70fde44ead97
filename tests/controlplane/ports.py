"""Free loopback ports."""

import random
import socket
from contextlib import ExitStack

# Below the ephemeral range: there the kernel could give a port to some client's connection
# between our look and the program's start.
LOWEST, HIGHEST = 20000, 32000


def free_ports(count: int) -> list[int]:
    """Find ports that nothing listens on; all are held until the last one is found."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = random.randrange(LOWEST, HIGHEST)
            candidate = held.enter_context(socket.socket())
            if _binds(candidate, port):
                found.append(port)
    return found


def _binds(candidate: socket.socket, port: int) -> bool:
    try:
        candidate.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
