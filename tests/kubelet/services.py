"""What the network knows of Services: names, variables, and where their addresses lead."""

import socket
import threading
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from tests.controlplane.api import Api

from .balancer import Balancer
from .environment import service_links
from .names import hosts_file, service_lines
from .network import Network
from .place import Object
from .pod import Pod
from .watching import Watched

_SERVICES, _SLICES = "/api/v1/services", "/apis/discovery.k8s.io/v1/endpointslices"


class Services:
    """`pods` lists those whose hosts files are kept up to date."""

    def __init__(self, api: Api, network: Network, pods: Callable[[], Iterable[Pod]]) -> None:
        self._api, self._pods = api, pods
        self._balancer = Balancer(network, self._connect_api)
        self._changed, self._over = threading.Event(), threading.Event()
        self._services = Watched(api, _SERVICES, self._note)
        self._slices = Watched(api, _SLICES, self._note)
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        """Know all Services that there are; follow what becomes of them."""
        self._services.start()
        self._slices.start()
        self._thread.start()

    def stop(self) -> None:
        """Follow no more, and answer for none of them."""
        self._services.stop()
        self._slices.stop()
        self._over.set()
        self._changed.set()
        self._thread.join()
        self._balancer.close()

    def variables(self, pod: Object) -> dict[str, str]:
        """List the environment variables that tell a pod of Services."""
        links = pod["spec"].get("enableServiceLinks", True)
        services = list(self._services.objects.values())
        return service_links(services, pod["metadata"]["namespace"], links=links)

    def write_names(self, pod: Pod) -> None:
        """Bring a pod's hosts file up to date."""
        services, slices = self._services.objects.values(), self._slices.objects.values()
        namespace = pod.object["metadata"]["namespace"]
        lines = service_lines(list(services), list(slices), namespace)
        pod.write_names(hosts_file(pod.object, pod.place.address, lines))

    def _note(self, item: Object, gone: bool) -> None:
        self._changed.set()

    def _follow(self) -> None:
        while self._changed.wait() and not self._over.is_set():
            self._changed.clear()
            for pod in self._pods():
                self.write_names(pod)
            services, slices = self._services.objects.values(), self._slices.objects.values()
            self._balancer.follow(list(services), list(slices))

    def _connect_api(self) -> socket.socket:
        place = urlsplit(self._api.url)
        return socket.create_connection((place.hostname, place.port))
