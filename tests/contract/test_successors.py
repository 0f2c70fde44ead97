"""What the table of removed API versions makes is what a server of today accepts."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from tests.conftest import ROOT
from tests.contract.bench import Bench

from holdfast.kinds.successors import TABLE

CASES = [
    case
    for case in yaml.safe_load((ROOT / "tests/unit/kinds/successors.yaml").read_text())
    if "new" in case
]
_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])


def certificate_request() -> str:
    """What a CertificateSigningRequest holds."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, SHA256())
    return base64.b64encode(made.public_bytes(Encoding.PEM)).decode()


def name(case: dict[str, Any]) -> str:
    return f"{case['old']['apiVersion']}/{case['old']['kind']}"


@pytest.mark.parametrize("server", [_REAL], indirect=True)
@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_successor_is_accepted(case: dict[str, Any], bench: Bench) -> None:
    made = dict(case["new"])
    kind = (made["apiVersion"], made["kind"])
    if kind[1] == "CertificateSigningRequest":
        made["spec"] = {**made["spec"], "request": certificate_request()}
    if bench.cluster.resource(*kind).namespaced:
        made["metadata"] = {**made["metadata"], "namespace": bench.namespace}
    answer = bench.cluster.apply(made, dry_run=True)
    assert (answer["apiVersion"], answer["kind"]) == kind


def test_no_removed_version_is_served(bench: Bench) -> None:
    assert [row for row in TABLE if bench.cluster.served(*row)] == []
