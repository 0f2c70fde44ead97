"""charts/nginx with a real nginx: content from git, and TLS."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from tests.kubelet.scene import Scene, shell
from tests.real.web import Web

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(240)]

# A repository that git can read over plain HTTPS, with no program of its own behind it. Its
# certificate is signed by an authority that nobody knows, and it asks for a password.
REPOSITORY = """
cat >/etc/nginx/conf.d/git.conf <<'X'
server {
  listen 443 ssl;
  ssl_certificate /tls/tls.crt;
  ssl_certificate_key /tls/tls.key;
  auth_basic git;
  auth_basic_user_file /etc/nginx/readers;
  root /srv;
}
X
echo 'reader:{PLAIN}open sesame' >/etc/nginx/readers
git init -q -b main /work && git init -q --bare -b main /srv/site.git
cd /work
git config user.email a@example.com && git config user.name a
git remote add origin /srv/site.git
cat >/commit <<'X'
cd /work && echo "$1" >index.html && git add . && git commit -qm "$1" && git push -q origin main
git -C /srv/site.git update-server-info
X
sh /commit first
exec nginx -g 'daemon off;'
"""
OVER_SSH = """
mkdir -p /run/sshd /root/.ssh
cp /keys/host /etc/ssh/host && chmod 600 /etc/ssh/host
cp /keys/user.pub /root/.ssh/authorized_keys
git init -q -b main /work && git init -q --bare -b main /srv/site.git
cd /work
git config user.email a@example.com && git config user.name a
echo 'by ssh' >index.html && git add . && git commit -qm one && git push -q /srv/site.git main
exec /usr/sbin/sshd -D -e -h /etc/ssh/host -o StrictModes=no -o UsePAM=no
"""
# A number that no image has a user for, which ssh asks for.
SSH = """
replicas: 1
persistence: {enabled: false}
podSecurityContext: {runAsUser: 1234, runAsGroup: 1234, fsGroup: 1234}
content:
  mode: git
  git: {repository: "ssh://root@repository/srv/site.git", credentialsSecret: reader}
"""
GIT = """
replicas: 1
persistence: {enabled: false}
content:
  mode: git
  git:
    repository: https://repository/site.git
    depth: 0
    interval: 5
    authority: {configMap: authority, key: root.pem}
    credentialsSecret: reader
"""
PASSWORD = {"username": "reader", "password": "open sesame"}
TLS = """
replicas: 1
configChange: reload
tls: {enabled: true, existingSecret: certificate}
"""


def secret(name: str, authority: trustme.CA, *hosts: str) -> dict[str, Any]:
    """Describe a Secret with a certificate for these names."""
    made = authority.issue_cert(*hosts)
    pair = {
        "tls.crt": made.cert_chain_pems[0].bytes(),
        "tls.key": made.private_key_pem.bytes(),
    }
    data = {key: base64.b64encode(value).decode() for key, value in pair.items()}
    return {"metadata": {"name": name}, "type": "kubernetes.io/tls", "data": data}


def test_content_follows_a_git_repository(web: Web) -> None:
    scene, authority = web.scene, trustme.CA()
    scene.create("ConfigMap", "authority", data={"root.pem": authority.cert_pem.bytes().decode()})
    scene.create("Secret", "reader", stringData=PASSWORD)
    repository(scene, authority)
    web.install(GIT)
    assert web.get(0) == "first\n"
    before = web.pods()
    commit = ("sh", "/commit", "second")
    assert scene.kubelet.execute(scene.namespace, "repository", "main", *commit)[0] == 0
    scene.wait(lambda: web.get(0) == "second\n", "the new commit")
    assert web.pods() == before


def repository(scene: Scene, authority: trustme.CA) -> None:
    """Run a server with one commit."""
    scene.create("Secret", "tls", **secret("tls", authority, "repository"))
    mount = {"name": "tls", "mountPath": "/tls"}
    login = base64.b64encode(":".join(PASSWORD.values()).encode()).decode()
    headers = [{"name": "Authorization", "value": f"Basic {login}"}]
    asked = {"path": "/site.git/HEAD", "port": 443, "scheme": "HTTPS", "httpHeaders": headers}
    probe = {"httpGet": asked}
    server = shell(REPOSITORY, volumeMounts=[mount], readinessProbe={**probe, "periodSeconds": 1})
    volumes = [{"name": "tls", "secret": {"secretName": "tls"}}]
    serve(scene, server, 443, volumes)


def test_content_comes_by_ssh(web: Web) -> None:
    scene, (host, host_line), (user, user_line) = web.scene, key(), key()
    keys = {"host": host, "user.pub": user_line}
    scene.create("Secret", "keys", stringData=keys)
    reader = {"ssh-privatekey": user, "known_hosts": f"repository {host_line}"}
    scene.create("Secret", "reader", stringData=reader)
    mount = {"name": "keys", "mountPath": "/keys"}
    probe = {"tcpSocket": {"port": 22}, "periodSeconds": 1}
    server = shell(OVER_SSH, volumeMounts=[mount], readinessProbe=probe)
    volumes = [{"name": "keys", "secret": {"secretName": "keys"}}]
    serve(scene, server, 22, volumes)
    web.install(SSH)
    assert web.get(0) == "by ssh\n"


def key() -> tuple[str, str]:
    """Make a key for ssh: the private one, and the public one's line."""
    made = Ed25519PrivateKey.generate()
    private = made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = made.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private.decode(), public.decode() + "\n"


def serve(scene: Scene, server: dict[str, Any], port: int, volumes: list[Any]) -> None:
    """Run a repository's server behind a name, and wait for it."""
    scene.run("repository", server, labels={"app": "repository"}, volumes=volumes)
    spec = {"selector": {"app": "repository"}, "ports": [{"port": port}]}
    scene.create("Service", "repository", spec=spec)
    scene.wait(lambda: scene.is_ready("repository"), "the repository")


def test_a_renewed_certificate_is_served_without_a_restart(web: Web) -> None:
    scene, old, new = web.scene, trustme.CA(), trustme.CA()
    scene.create("Secret", "certificate", **secret("certificate", old, "web-nginx"))
    web.install(TLS)
    before = web.pods()
    assert answers(web, old) and not answers(web, new)
    scene.kubelet.api.merge(
        scene.path("Secret", "certificate"),
        {"data": secret("certificate", new, "web-nginx")["data"]},
    )
    scene.wait(lambda: answers(web, new), "the new certificate")
    assert not answers(web, old)
    assert web.pods() == before


def answers(web: Web, authority: trustme.CA) -> bool:
    """Tell whether the Service answers with a certificate that this authority signed."""
    script = 'printf %s "$0" >/tmp/ca.crt; curl -sS --cacert /tmp/ca.crt https://web-nginx/'
    code, said = web.client.run("sh", "-c", script, authority.cert_pem.bytes().decode())
    return code == 0 and said == "web-nginx-0\n"
