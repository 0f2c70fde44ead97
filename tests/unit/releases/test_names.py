from __future__ import annotations

import pytest

from holdfast.errors import ReleaseError
from holdfast.releases.names import check_name


@pytest.mark.parametrize("name", ["a", "web", "web-1", "9" * 53])
def test_a_dns_label_of_at_most_53_characters_is_a_release_name(name):
    check_name(name)


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("", "it is empty", "web"),
        ("Web_Shop", "lower case letters", "try 'web-shop'"),
        ("a.b", "lower case letters", "try 'a-b'"),
        ("-web-", "no '-' at either end", "try 'web'"),
        ("web\n", "lower case letters", "try 'web'"),
        ("x" * 54, "it has 54 characters, 53 are allowed", "try"),
    ],
)
def test_any_other_name_is_refused_with_a_name_that_would_do(name, said, hint):
    with pytest.raises(ReleaseError, match=said) as caught:
        check_name(name)
    assert hint in caught.value.hint
