"""Services: a load balancer that never comes.

Such a Service stays without an external address, as in a cluster that has no cloud around it. The
addresses inside the cluster and the node ports are the API server's business.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.embedded.controllers.objects import status_of
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Write


def control_services(view: View) -> Iterator[Write]:
    """Give every Service the empty status that says so."""
    for service in view.list("v1", "Service"):
        yield view.keep({**service, "status": {"loadBalancer": {}, **status_of(service)}})
