from __future__ import annotations

from tests.unit.manifests.support import parsed

from holdfast.manifests import to_text


def test_each_document_stands_under_its_source() -> None:
    found = parsed(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: 'on'}}",
        "{apiVersion: v1, kind: Namespace, metadata: {name: b}}",
    )
    assert to_text(found) == (
        "---\n"
        "# Source: web/templates/all.yaml.j2\n"
        "apiVersion: v1\n"
        "kind: ConfigMap\n"
        "metadata:\n"
        "  name: a\n"
        "  namespace: prod\n"
        "data:\n"
        '  k: "on"\n'
        "---\n"
        "# Source: web/templates/all.yaml.j2\n"
        "apiVersion: v1\n"
        "kind: Namespace\n"
        "metadata:\n"
        "  name: b\n"
    )


def test_nothing_is_nothing() -> None:
    assert to_text(()) == ""
