import pytest

from holdfast.cluster.transports.proxies import proxy_from

PROXY = {"HTTPS_PROXY": "http://proxy:3128"}


@pytest.mark.parametrize(
    ("environ", "url", "expected"),
    [
        ({}, "https://api.example.com", None),
        (PROXY, "https://api.example.com:6443", "http://proxy:3128"),
        (PROXY, "http://api.example.com", None),
        ({"http_proxy": "proxy:1"}, "http://api.example.com", "http://proxy:1"),
        (PROXY, "https://localhost:6443", None),
        (PROXY, "https://127.0.0.9:6443", None),
        (PROXY, "https://[::1]:6443", None),
    ],
)
def test_the_environment_names_a_proxy_by_scheme(environ, url, expected):
    assert proxy_from(environ, url) == expected


@pytest.mark.parametrize(
    ("rule", "url", "direct"),
    [
        ("*", "https://api.example.com", True),
        ("example.com", "https://api.example.com", True),
        ("example.com", "https://example.com", True),
        ("example.com", "https://badexample.com", False),
        (".example.com", "https://api.example.com", True),
        (".example.com", "https://example.com", False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.1.2.3", "https://10.1.2.3:6443", True),
        ("api.example.com:6443", "https://api.example.com:6443", True),
        ("api.example.com:6443", "https://api.example.com:443", False),
        ("fd00::/8", "https://[fd00::1]", True),
        (" other.com , EXAMPLE.com ", "https://api.example.com", True),
        (",,", "https://api.example.com", False),
    ],
)
def test_exceptions_go_the_direct_way(rule, url, direct):
    proxy = proxy_from({**PROXY, "NO_PROXY": rule}, url)
    assert (proxy is None) is direct
