"""Values files read as Helm reads them, scalar by scalar; what differs on purpose is listed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.oracle.documents import DOCUMENTS
from tests.oracle.helm import Helm, HelmRefused
from tests.oracle.scalars import corpus
from tests.unit.yamltext.table import READ_AS

from holdfast.errors import HoldfastError
from holdfast.values import file_layers, merge
from holdfast.yamltext import load, resolve

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("oracle")]

EXACT = 2**53
"""Up to here a float64 holds every integer: Helm's limit. Ours are exact at any size."""

DIFFERENT = {
    'a: "\\/"\n': "an escape of JSON, and of YAML 1.2",
    "--- {a: 1}\n": "a document may start on its marker's line",
    "%YAML 1.1\n---\na: 1\n": "the directive is allowed",
    "a: 1\na: 2\n": "a key twice is refused",
    "1: a\n'1': b\n": "a key twice is refused, however it is written",
    "a: !x 1\n": "a tag that nobody knows is refused",
    "a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x\n": "a map's own key beats <<, wherever it stands",
}


def scalars() -> list[str]:
    return list(dict.fromkeys([*(text for text, _ in READ_AS if text != "-"), *corpus()]))


def is_finite(text: str) -> bool:
    value = resolve(text)
    return not isinstance(value, float) or math.isfinite(value)


def is_large(value: Any) -> bool:
    return type(value) is int and abs(value) > EXACT


def is_decimal(text: str) -> bool:
    digits = text.lstrip("+-").replace("_", "")
    return digits.isdigit() and not digits.startswith("0")


def has_exact_key(text: str) -> bool:
    """Whether Helm keeps the key: it rounds float keys to 32 bits and refuses large integers."""
    value = resolve(text)
    if value is None or is_large(value):
        return False
    if isinstance(value, str | bool):
        return True
    written = set(text.lower())
    if not written & {".", "e"} or text.lower().lstrip("+-").startswith("0x"):
        return True
    digits = f"{abs(value):.15g}".replace(".", "").strip("0")
    return 1e-4 <= abs(value) < 1e6 and len(digits) <= 6


def differing(texts: list[str], ours: dict[str, Any], theirs: dict[str, Any]) -> list[Any]:
    pairs = ((text, ours.get(f"k{n}"), theirs.get(f"k{n}")) for n, text in enumerate(texts))
    return [found for found in pairs if (found[1], type(found[1])) != (found[2], type(found[2]))]


def test_plain_scalars_read_as_helm_reads_them(helm: Helm) -> None:
    texts = [text for text in scalars() if is_finite(text) and not is_large(resolve(text))]
    written = "".join(f"k{n}: {text}\n" for n, text in enumerate(texts))
    assert len(texts) >= 5000
    assert differing(texts, load(written, source="values.yaml"), helm.read(written)) == []


def test_integers_that_helm_rounds_stay_exact(helm: Helm) -> None:
    texts = [text for text in scalars() if is_large(resolve(text)) and is_decimal(text)]
    written = "".join(f"k{n}: {text}\n" for n, text in enumerate(texts))
    ours, theirs = load(written, source="values.yaml"), helm.read(written)
    rounded = {key: float(value) for key, value in ours.items()}
    assert rounded == {key: float(value) for key, value in theirs.items()}
    assert {int(text.replace("_", "")) for text in texts} == set(ours.values())


def test_plain_keys_read_as_helm_reads_them(helm: Helm) -> None:
    texts = [text for text in scalars() if has_exact_key(text)]
    written = "".join(f"k{n}:\n  {text}: x\n" for n, text in enumerate(texts) if text != "<<")
    assert len(texts) >= 4000
    assert differing(texts, load(written, source="values.yaml"), helm.read(written)) == []


@pytest.mark.parametrize("text", [text for text in scalars() if not is_finite(text)])
def test_what_json_has_no_number_for_is_refused_by_both(helm: Helm, text: str) -> None:
    with pytest.raises(HoldfastError):
        load(f"a: {text}\n", source="values.yaml")
    with pytest.raises(HelmRefused):
        helm.read(f"a: {text}\n")


@pytest.mark.parametrize("text", [text for text in DOCUMENTS if text not in DIFFERENT])
def test_a_document_reads_as_helm_reads_it(helm: Helm, text: str) -> None:
    assert read(text) == read_by(helm, text)


@pytest.mark.parametrize("text", DIFFERENT)
def test_a_difference_is_still_one(helm: Helm, text: str) -> None:
    assert read(text) != read_by(helm, text)


def read(text: str) -> Any:
    try:
        return merge(*file_layers(text, source="values.yaml")).tree
    except HoldfastError:
        return "refused"


def read_by(helm: Helm, text: str) -> Any:
    try:
        return without_nulls(helm.read(text))
    except HelmRefused:
        return "refused"


def without_nulls(tree: Any) -> Any:
    """Helm keeps a null that deletes nothing; ours is gone."""
    if not isinstance(tree, dict):
        return tree
    return {key: without_nulls(value) for key, value in tree.items() if value is not None}
