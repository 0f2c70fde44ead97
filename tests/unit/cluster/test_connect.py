import pytest

from holdfast.cluster.access import Credential, Fixed, Impersonation, Pem
from holdfast.cluster.connect import Wanted, find_access
from holdfast.cluster.tokens import TokenFile
from holdfast.errors import ClusterError

CONFIG = """
current-context: x
clusters: [{name: c, cluster: {server: "https://%s"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
"""
IN_POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}


def config(path, host):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CONFIG % host)
    return path


def find(folder, environ=None, **wanted):
    return find_access(
        Wanted(**wanted),
        environ=environ or {},
        home=folder / "home",
        service_account=folder / "account",
    )


@pytest.fixture
def account(tmp_path):
    (tmp_path / "account").mkdir()
    for name, text in (("token", "mine"), ("namespace", "shop\n"), ("ca.crt", "CA")):
        (tmp_path / "account" / name).write_text(text)
    return tmp_path / "account"


def test_nothing_is_configured(tmp_path):
    assert find(tmp_path) is None


def test_the_order_of_places(tmp_path, account):
    def host(environ=None, **wanted):
        access = find(tmp_path, {**IN_POD, **(environ or {})}, **wanted)
        return access.server.url.removeprefix("https://")

    assert host() == "10.0.0.1:443"
    config(tmp_path / "home" / ".kube" / "config", "home")
    assert host() == "home"
    listed = f"{tmp_path / 'missing'}:{config(tmp_path / 'listed', 'listed')}"
    assert host({"KUBECONFIG": listed}) == "listed"
    flag = config(tmp_path / "flag", "flag")
    assert host({"KUBECONFIG": listed}, kubeconfig=flag) == "flag"
    assert host({"KUBECONFIG": listed}, server="direct") == "direct"


def test_a_pods_own_account(tmp_path, account):
    access = find(tmp_path, IN_POD)
    assert access.credentials == TokenFile(account / "token")
    assert access.server.authority == Pem(file=account / "ca.crt")
    assert access.namespace == "shop"


def test_a_pod_with_an_address_of_version_6(tmp_path, account):
    access = find(tmp_path, {**IN_POD, "KUBERNETES_SERVICE_HOST": "fd00::1"})
    assert access.server.url == "https://[fd00::1]:443"


def test_outside_of_a_pod_the_variables_mean_nothing(tmp_path):
    assert find(tmp_path, IN_POD) is None


def test_flags_stand_over_the_kubeconfig(tmp_path):
    access = find(
        tmp_path,
        kubeconfig=config(tmp_path / "config", "a"),
        token="other",
        ca_file=tmp_path / "ca.crt",
        as_user="jane",
        as_groups=("a",),
    )
    assert access.credentials == Fixed(Credential("other"))
    assert access.server.authority == Pem(file=tmp_path / "ca.crt")
    assert access.impersonation == Impersonation("jane", groups=("a",))


@pytest.mark.parametrize(
    ("environ", "wanted", "words"),
    [
        ({"KUBECONFIG": "/none/config"}, {}, "names no file that exists"),
        ({}, {"token": "t"}, "none is configured"),
        ({}, {"context": "x"}, "none is configured"),
        ({}, {"server": "https://a", "as_groups": ("a",)}, "a user to act as is needed"),
    ],
)
def test_half_a_configuration_is_refused_with_a_hint(tmp_path, environ, wanted, words):
    with pytest.raises(ClusterError, match=words) as caught:
        find(tmp_path, environ, **wanted)
    assert caught.value.hint


def test_a_named_kubeconfig_has_to_be_there(tmp_path):
    with pytest.raises(ClusterError, match="no such file"):
        find(tmp_path, kubeconfig=tmp_path / "none")
