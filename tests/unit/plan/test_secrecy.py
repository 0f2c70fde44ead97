"""No secret gets out: not in the JSON, not in a diff, not in a reason or a hint."""

from __future__ import annotations

import base64
import json

import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.plan.support import lines, manifest, plan_of, rows

from holdfast.model.manifest import Manifests
from holdfast.plan.report import report

# A digit makes a secret distinct from the words of the objects around it.
SECRETS = st.text("abcXYZ :#'\"\n-{}é", min_size=6, max_size=12).map(lambda text: f"{text}7q")
PATH = ("spec", "containers", 0, "env", 0, "value")


def release(secret: str, *, order: bool) -> Manifests:
    """The secret in a Secret, in a container's environment, in a ConfigMap's text, and as a key."""
    env = [{"name": "P", "value": secret}, {"name": "Q", "value": f"user:{secret}@db"}]
    pod = {"containers": [{"name": "a", "env": env if order else env[::-1]}]}
    path = (*PATH[:4], 0 if order else 1, PATH[5])
    return (
        manifest(_text("Secret", stringData={"password": secret})),
        manifest(_text("Pod", spec=pod), sensitive=frozenset({path})),
        manifest(_text("ConfigMap", data={"url": f"db://{secret}/x", "mode": "on"})),
        manifest(_text("Service", metadata={"name": "web", "labels": {f"of-{secret}": "x"}})),
    )


def _text(kind: str, **rest: object) -> str:
    metadata = {"name": "web", "namespace": "prod"}
    return yaml.safe_dump({"apiVersion": "v1", "kind": kind, "metadata": metadata} | rest)


@given(SECRETS, SECRETS, st.booleans())
def test_no_secret_is_shown_old_or_new(old: str, new: str, order: bool) -> None:
    previous, wanted = release(old, order=True), release(new, order=order)
    cluster = "\n---\n".join(yaml.safe_dump(m.object) for m in previous)
    for plan in (plan_of(wanted=wanted), plan_of("", cluster, wanted=wanted, previous=previous)):
        seen = [
            lines(plan),
            *rows(plan),
            *_strings(report(plan)),
            *(c.hint or "" for c in plan.changes),
        ]
        for secret in (old, new):
            encoded = base64.b64encode(secret.encode()).decode()
            assert not [text for text in seen if secret in text or encoded in text]


def _strings(node: object) -> list[str]:
    parsed = json.loads(json.dumps(node))
    if isinstance(parsed, dict):
        return [text for value in parsed.values() for text in _strings(value)]
    if isinstance(parsed, list):
        return [text for value in parsed for text in _strings(value)]
    return [parsed] if isinstance(parsed, str) else []
