import pytest

from holdfast.cluster.selectors import selector_text


def expression(operator, *values):
    return {"key": "k", "operator": operator, "values": list(values)}


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ({}, ""),
        ({"matchLabels": {"a": "1", "b": "2"}}, "a=1,b=2"),
        ({"matchExpressions": [expression("In", "x", "y")]}, "k in (x,y)"),
        ({"matchExpressions": [expression("NotIn", "x")]}, "k notin (x)"),
        ({"matchExpressions": [expression("Exists")]}, "k"),
        ({"matchLabels": {"a": "1"}, "matchExpressions": [expression("DoesNotExist")]}, "a=1,!k"),
    ],
)
def test_a_selector_as_a_parameter(selector, text):
    assert selector_text(selector) == text
