"""The cluster as typed operations on plain dicts, whoever the server is.

It knows the protocol and no policy: what to send, and when, is decided by those above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from holdfast.cluster import request as requests
from holdfast.cluster.discovery import Discovery
from holdfast.cluster.lines import lines_in
from holdfast.cluster.paging import PAGE, collect
from holdfast.cluster.request import PatchType, Propagation, Request
from holdfast.cluster.responses import raise_for, read_object
from holdfast.cluster.retrying import Retry
from holdfast.cluster.transports.base import Response, Transport
from holdfast.cluster.warnings import warnings_in
from holdfast.cluster.watching import WatchEvent, events_in
from holdfast.errors import Invalid, NotFound
from holdfast.kinds import resources
from holdfast.kinds.resources import Resource
from holdfast.model.clock import Clock, SystemClock
from holdfast.model.manifest import FIELD_MANAGER, ObjectRef

WATCH_GRACE = 15.0
"""Seconds beyond a watch's own end after which a silent connection is given up."""

LOG_SECONDS = 4 * 3600.0 + WATCH_GRACE
"""How long a log that is followed may be silent: a kubelet gives up an idle stream after 4 hours
(KubeletConfiguration, streamingConnectionIdleTimeout)."""

_NO_SUCH_PATH = "404 page not found"
"""An API server's answer, in plain text, below a group version that it does not serve."""

Object = dict[str, Any]


class Cluster:
    """One server. `namespace` is where objects go that name none; `timeout` in seconds.

    Every operation raises the ClusterError its answer stands for: Unreachable, Unauthorized,
    NotFound, Conflict, Invalid, ServerFailed. The server's warnings go to `on_warning`, or are
    kept in `warnings` where nobody listens. What we write is kept in the name of `field_manager`.
    What may be over in a moment is tried again (retrying.py), for `timeout` at most, by `clock`.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        namespace: str = "default",
        timeout: float = 30.0,
        field_manager: str = FIELD_MANAGER,
        on_warning: Callable[[str], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.namespace = namespace
        self.timeout = timeout
        self.warnings: list[str] = []
        self._transport = transport
        self._manager = field_manager
        self._on_warning = on_warning or self.warnings.append
        self._retry = Retry(clock or SystemClock(), timeout)
        self._discovery = Discovery(self._ask)
        self._version: str | None = None

    def close(self) -> None:
        """Give up the connections."""
        self._transport.close()

    def get(self, ref: ObjectRef) -> Object:
        """Read an object; NotFound where there is none."""
        return self._ask(requests.get(*self._place(ref)), f"read {ref}")

    def find(self, ref: ObjectRef) -> Object | None:
        """Read an object, or None where there is none, nor a kind of that name."""
        try:
            return self.get(ref)
        except NotFound as error:
            if error.reason != "NotFound" and _NO_SUCH_PATH not in error.detail:
                # Some other web server's 404, which says nothing about objects.
                raise
            return None

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        field_selector: str = "",
        limit: int = PAGE,
    ) -> tuple[Object, ...]:
        """All objects of a kind, read in pages of `limit`; None is every namespace."""
        first = requests.listing(
            self.resource(api_version, kind),
            namespace or "",
            label_selector=label_selector,
            field_selector=field_selector,
            limit=limit,
        )
        return collect(self._ask, first, api_version, kind)

    def list_metadata(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        limit: int = PAGE,
    ) -> tuple[Object, ...]:
        """As `list`, of each object its metadata alone (PartialObjectMetadataList)."""
        first = requests.listing(
            self.resource(api_version, kind),
            namespace or "",
            label_selector=label_selector,
            limit=limit,
            metadata_only=True,
        )
        return collect(self._ask, first, api_version, kind)

    def create(self, obj: Object, *, dry_run: bool = False, recognised: bool = False) -> Object:
        """Make an object; Conflict with reason AlreadyExists where its name is taken.

        With `recognised` it is sent again where an answer is lost: whoever calls knows from the
        object itself, after a Conflict, that it is the one wanted.
        """
        ref = self._ref(obj)
        resource, namespace, _ = self._place(ref)
        sent = requests.create(
            resource,
            namespace,
            obj,
            dry_run=dry_run,
            recognised=recognised,
            manager=self._manager,
        )
        return self._ask(sent, f"create {ref}")

    def update(self, obj: Object, *, dry_run: bool = False) -> Object:
        """Replace an object; Conflict where its metadata.resourceVersion is not the live one."""
        ref = self._ref(obj)
        return self._ask(
            requests.update(*self._place(ref), obj, dry_run=dry_run, manager=self._manager),
            f"update {ref}",
        )

    def apply(self, obj: Object, *, force: bool = False, dry_run: bool = False) -> Object:
        """Server-side apply as field manager `holdfast`, unknown fields refused.

        Conflict (its causes name manager and field) where another manager owns a field that would
        change; with `force` the field is taken over.
        """
        ref = self._ref(obj)
        sent = requests.apply(
            *self._place(ref), obj, force=force, dry_run=dry_run, manager=self._manager
        )
        return self._ask(sent, f"apply {ref}")

    def patch(
        self,
        ref: ObjectRef,
        body: Any,
        *,
        type: PatchType = "merge",
        subresource: str = "",
        dry_run: bool = False,
    ) -> Object:
        """Change part of an object, or of its `subresource`."""
        sent = requests.patch(
            *self._place(ref),
            body,
            type=type,
            subresource=subresource,
            dry_run=dry_run,
            manager=self._manager,
        )
        return self._ask(sent, f"patch {ref}")

    def scale(self, ref: ObjectRef, replicas: int, *, dry_run: bool = False) -> None:
        """Set the number of replicas through the scale subresource."""
        sent = requests.patch(
            *self._place(ref),
            {"spec": {"replicas": replicas}},
            subresource="scale",
            dry_run=dry_run,
            manager=self._manager,
        )
        self._ask(sent, f"scale {ref} to {replicas}")

    def delete(
        self,
        ref: ObjectRef,
        *,
        propagation: Propagation = "Background",
        uid: str = "",
        resource_version: str = "",
        grace_seconds: int | None = None,
        dry_run: bool = False,
    ) -> None:
        """Remove an object; it may stay for a while where it has finalizers.

        Conflict where `uid` or `resource_version` is given and not the live one.
        """
        sent = requests.delete(
            *self._place(ref),
            propagation=propagation,
            uid=uid,
            resource_version=resource_version,
            grace_seconds=grace_seconds,
            dry_run=dry_run,
        )
        self._ask(sent, f"delete {ref}")

    def watch(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        field_selector: str = "",
        resource_version: str = "",
        timeout: float = 30.0,
    ) -> Iterator[WatchEvent]:
        """Follow a kind for `timeout` seconds: (ADDED|MODIFIED|DELETED, object).

        Without `resource_version` it starts with an ADDED for each object that is there.
        """
        doing = f"watch {kind}"
        sent = requests.watch(
            self.resource(api_version, kind),
            namespace or "",
            label_selector=label_selector,
            field_selector=field_selector,
            resource_version=resource_version,
            seconds=round(timeout),
        )
        response = self._retry.run(sent, lambda: self._open(sent, doing, timeout + WATCH_GRACE))
        return events_in(response, doing)

    def logs(
        self,
        ref: ObjectRef,
        *,
        container: str = "",
        previous: bool = False,
        tail: int | None = None,
        follow: bool = False,
        timestamps: bool = False,
        since: str = "",
    ) -> Iterator[str]:
        """The lines that a container of a pod has written, without their ends.

        `container` may be left out where there is only one; `previous` is the one before its last
        restart; `tail` is how many of the last lines to begin with; with `follow` lines go on
        coming until the container ends. With `timestamps` each line starts with its time (RFC
        3339) and a space; `since` is the time of the first line wanted. Raises Invalid for a
        container that does not run or is not named, before the first line is read.
        """
        sent = requests.logs(
            *self._place(ref),
            container=container,
            previous=previous,
            tail=tail,
            follow=follow,
            timestamps=timestamps,
            since=since,
        )
        response = self._send(sent, LOG_SECONDS if follow else self.timeout)
        if response.status != 200:
            raise_for(response, f"read the log of {ref}")
        return _texts(response)

    def version(self) -> str:
        """The server's Kubernetes version, `1.34.4`, without a vendor's suffix; asked once."""
        if self._version is None:
            answer = self._ask(requests.plain("/version"), "ask for the server's version")
            text = str(answer.get("gitVersion") or "").removeprefix("v")
            self._version = text.partition("+")[0].partition("-")[0]
        return self._version

    def resource(self, api_version: str, kind: str) -> Resource:
        """How a kind is served: from the table of built-in kinds, else asked of the server.

        Raises NotFound, with a hint, for a kind that the server does not have.
        """
        found = resources.find(api_version, kind) or self._discovery.find(api_version, kind)
        if found is None:
            raise NotFound(
                f"look up {api_version} {kind}: the server has no such kind",
                status=404,
                reason="NotFound",
                hint="is the CustomResourceDefinition installed?",
                detail=f'no matches for kind "{kind}" in version "{api_version}"',
            )
        return found

    def resources(self) -> tuple[Resource, ...]:
        """Every kind that this server serves, the versions it prefers first."""
        return tuple(self._discovery.resources())

    def served(self, api_version: str, kind: str) -> bool:
        """Tell whether this server really has a kind; the table of built-in kinds is not asked."""
        return self._discovery.find(api_version, kind) is not None

    def api_versions(self) -> tuple[str, ...]:
        """What templates may ask for: `v1`, `apps/v1`, and `apps/v1/StatefulSet` of each kind."""
        kinds = {f"{row.api_version}/{row.kind}" for row in self.resources()}
        return (*self._discovery.group_versions(), *sorted(kinds))

    def _ref(self, obj: Object) -> ObjectRef:
        metadata = obj.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        api_version, kind = str(obj.get("apiVersion") or ""), str(obj.get("kind") or "")
        name, namespace = str(metadata.get("name") or ""), str(metadata.get("namespace") or "")
        if not (api_version and kind):
            raise Invalid("send an object: it has no apiVersion or no kind", status=400)
        return ObjectRef(api_version, kind, namespace, name)

    def _place(self, ref: ObjectRef) -> tuple[Resource, str, str]:
        resource = self.resource(ref.api_version, ref.kind)
        return resource, (ref.namespace or self.namespace) if resource.namespaced else "", ref.name

    def _ask(self, sent: Request, doing: str) -> Object:
        return self._retry.run(sent, lambda: read_object(self._send(sent, self.timeout), doing))

    def _open(self, sent: Request, doing: str, timeout: float) -> Response:
        response = self._send(sent, timeout)
        if response.status != 200:
            raise_for(response, doing)
        return response

    def _send(self, sent: Request, timeout: float) -> Response:
        response = self._transport.send(sent, timeout=timeout)
        for text in warnings_in(response.headers.get("warning", "")):
            self._on_warning(text)
        return response


def _texts(response: Response) -> Iterator[str]:
    try:
        for line in lines_in(response.chunks):
            yield line.decode("utf-8", "replace")
    finally:
        response.close()
