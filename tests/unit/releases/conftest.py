from __future__ import annotations

from dataclasses import replace

import pytest

from holdfast.errors import Where
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.release import ChartRef, Head, Revision, RevisionEntry, Status

CHART = ChartRef("nginx", "1.2.3+git.5", "1.27", "sha256:aa")


@pytest.fixture
def manifest():
    def make(name="web", data=None, kind="ConfigMap"):
        ref = ObjectRef("v1", kind, "shop", name)
        body = {
            "apiVersion": "v1",
            "kind": kind,
            "metadata": {"name": name, "namespace": "shop"},
            "data": data or {"a": "1"},
        }
        where = Where("nginx/templates/config.yaml.j2", 3, 1, kind="template")
        return Manifest(ref, body, where, sensitive=frozenset({("data", "a")}))

    return make


@pytest.fixture
def revision(manifest):
    def make(number=1, **changes):
        base = Revision(
            release="web",
            namespace="shop",
            number=number,
            status=Status.PENDING_INSTALL if number == 1 else Status.PENDING_UPGRADE,
            chart=CHART,
            updated=1000.5,
            description="first",
            supplied={"replicas": 3, "drop": None},
            values={"replicas": 3, "name": "caf\u00e9\u2028"},
            manifests=(manifest(),),
            notes="Hello\nworld\n",
            sensitive=("auth.password",),
            labels={"team": "web"},
        )
        return replace(base, **changes)

    return make


@pytest.fixture
def head():
    """A head from one letter per revision: d(eployed), s(uperseded), f(ailed), p(ending), …"""
    words = {
        "d": Status.DEPLOYED,
        "s": Status.SUPERSEDED,
        "f": Status.FAILED,
        "p": Status.PENDING_UPGRADE,
        "i": Status.PENDING_INSTALL,
        "u": Status.UNINSTALLED,
        "x": Status.UNINSTALLING,
    }

    def make(letters, **changes):
        entries = tuple(
            RevisionEntry(number, words[letter], CHART, 1000.0 + number)
            for number, letter in enumerate(letters, start=1)
        )
        return replace(Head("web", "shop", len(entries), entries), **changes)

    return make
