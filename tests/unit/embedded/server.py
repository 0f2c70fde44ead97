"""A client as small as can be: requests into the app's door, documents out of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from holdfast.embedded.app import App, open_app
from holdfast.embedded.state import State, Write

START = 1_700_000_000.0
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


def no_controllers(state: State, now: float) -> tuple[Write, ...]:
    return ()


class Server:
    """An open cluster whose time the test owns."""

    def __init__(
        self,
        path: str | Path = ":memory:",
        reconcile: Callable[[State, float], tuple[Write, ...]] | None = no_controllers,
        **options: Any,
    ) -> None:
        self.now = START
        self.app: App = open_app(path, now=lambda: self.now, reconcile=reconcile, **options)

    def ask(
        self, method: str, url: str, body: Any = None, *, type: str = "application/json",
        accept: str = "application/json", agent: str = "test/1",
    ) -> tuple[int, Any]:  # fmt: skip
        path, _, text = url.partition("?")
        query = [tuple(pair.partition("=")[::2]) for pair in text.split("&") if pair]
        payload = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            payload = json.dumps(body).encode()
        headers = {"Content-Type": type, "Accept": accept, "User-Agent": agent}
        response = self.app(method, path, query, headers, payload)
        self.headers = response.headers
        text = b"".join(response.body).decode()
        media = response.headers["Content-Type"]
        return response.status, json.loads(text) if "json" in media and text else text

    def get(self, url: str, **options: Any) -> Any:
        status, body = self.ask("GET", url, **options)
        assert status == 200, body
        return body

    def post(self, url: str, body: Any) -> Any:
        status, answer = self.ask("POST", url, body)
        assert status == 201, answer
        return answer

    def patch(self, url: str, body: Any, type: str = MERGE) -> Any:
        status, answer = self.ask("PATCH", url, body, type=type)
        assert status == 200, answer
        return answer

    def apply(self, url: str, obj: Any, manager: str = "me", force: bool = False) -> Any:
        forced = "&force=true" if force else ""
        status, answer = self.ask("PATCH", f"{url}?fieldManager={manager}{forced}", obj, type=APPLY)
        assert status in (200, 201), answer
        return answer

    def refused(self, method: str, url: str, body: Any = None, **options: Any) -> Any:
        status, answer = self.ask(method, url, body, **options)
        assert status >= 400 and answer["code"] == status, answer
        return answer

    def events(self, url: str) -> list[tuple[str, str]]:
        path, _, text = url.partition("?")
        query = [tuple(pair.partition("=")[::2]) for pair in text.split("&") if pair]
        found = [json.loads(line) for line in self.app("GET", path, query, {}, b"").body]
        return [(one["type"], one["object"].get("metadata", {}).get("name", "")) for one in found]


MAPS = "/api/v1/namespaces/default/configmaps"
SETS = "/apis/apps/v1/namespaces/default/statefulsets"
SERVICES = "/api/v1/namespaces/default/services"
CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"


def config_map(name: str = "a", **data: str) -> dict[str, Any]:
    kind = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    return {**kind, "data": data} if data else kind


def stateful_set(name: str = "web", **spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "c", "image": "nginx:1"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    required = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    kind = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name}}
    return {**kind, "spec": {**required, **spec}}


def fields(obj: dict[str, Any], manager: str) -> Any:
    """What a manager owns, as fieldsV1."""
    entries = obj["metadata"].get("managedFields", [])
    return next((one["fieldsV1"] for one in entries if one["manager"] == manager), None)
