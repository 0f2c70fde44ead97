"""charts/nginx with a real nginx: pods that come and go, and what their users see of it."""

from __future__ import annotations

import pytest
from tests.kubelet import faults
from tests.real.web import Web

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(240)]

CHECK = ("nginx", "-t", "-c", "/etc/nginx/holdfast/nginx.conf")
BLOCK = """
serverBlocks:
  default.conf: |
    server {
      listen 8080;
      location = /healthz { return 200; }
      location / { return 200 "%s"; }
    }
"""
# The module is part of the image that the chart names, and a package of its own in Debian.
STREAM = """
replicas: 1
mainSnippet: load_module /usr/lib/nginx/modules/ngx_stream_module.so;
extraPorts: [{name: talk, containerPort: 9000, servicePort: 9001}]
streamBlocks:
  talk.conf: |
    server {
      listen 9000;
      return "a word from $hostname\\n";
    }
"""


def test_each_ordinal_answers_and_keeps_its_content(web: Web) -> None:
    web.install("replicas: 3")
    assert [web.get(number) for number in range(3)] == [f"web-nginx-{n}\n" for n in range(3)]
    code, said = web.execute(0, *CHECK)
    assert code == 0 and "test is successful" in said
    assert web.holdfast("test").must().code == 0

    assert web.execute(1, "sh", "-c", "echo mine >/usr/share/nginx/html/index.html")[0] == 0
    uid = web.pods()["web-nginx-1"]
    web.scene.delete("Pod", "web-nginx-1")
    web.scene.wait(lambda: web.is_another("web-nginx-1", uid), "the new pod")
    assert [web.get(number) for number in range(3)] == ["web-nginx-0\n", "mine\n", "web-nginx-2\n"]

    before = web.claims()
    told = web.holdfast("uninstall").must().err
    assert all(f"claim html-web-nginx-{number} kept" in told for number in range(3))
    assert web.pods() == {} and web.claims() == before
    web.install("replicas: 3")
    assert web.claims() == before
    assert web.get(1) == "mine\n"


def test_a_pod_that_was_scaled_away_comes_back_to_its_content(web: Web) -> None:
    web.install("replicas: 1")
    web.holdfast("scale", "3").must()
    assert web.execute(2, "sh", "-c", "echo mine >/usr/share/nginx/html/index.html")[0] == 0
    claims = web.claims()
    web.holdfast("scale", "1").must()
    assert list(web.pods()) == ["web-nginx-0"]
    web.holdfast("scale", "3").must()
    assert web.get(2) == "mine\n"
    assert web.claims() == claims


def test_a_server_block_changes_by_a_rolling_restart(web: Web) -> None:
    web.install("replicas: 2" + BLOCK % "one")
    before = web.pods()
    assert web.get(0) == "one"
    web.upgrade("replicas: 2" + BLOCK % "two").must()
    assert [web.get(number) for number in range(2)] == ["two", "two"]
    assert all(web.is_another(name, uid) for name, uid in before.items())


def test_or_by_a_reload_that_restarts_nothing(web: Web) -> None:
    reload = "replicas: 2\nconfigChange: reload"
    web.install(reload + BLOCK % "one")
    before = web.pods()
    web.upgrade(reload + BLOCK % "two").must()
    web.scene.wait(lambda: [web.get(n) for n in range(2)] == ["two", "two"], "the change")
    wrong = "\nserverBlocks: {default.conf: nonsense}"
    web.upgrade(reload + wrong).must()
    kept = "nginx goes on with the one before"
    web.scene.wait(lambda: kept in web.holdfast("logs", "--tail=20").must().out, "a refusal")
    assert [web.get(number) for number in range(2)] == ["two", "two"]
    assert web.pods() == before


def test_no_request_is_dropped_while_pods_are_replaced(web: Web) -> None:
    web.install("replicas: 3")
    with web.client.asking(f"http://web-nginx.{web.scene.namespace}.svc/") as asked:
        web.holdfast("restart").must()
    assert asked.failures == []
    assert len(asked.answers) > 20
    assert set(asked.answers) == {"web-nginx-0", "web-nginx-1", "web-nginx-2"}


def test_a_crash_loop_is_told_as_in_life(web: Web) -> None:
    web.install("replicas: 1")
    failed = web.upgrade("replicas: 1\nserverBlocks: {default.conf: nonsense}")
    assert failed.code != 0
    assert "CrashLoopBackOff" in failed.err
    assert "unexpected end of file" in failed.err
    assert "CrashLoopBackOff" in web.holdfast("status").out
    web.holdfast("rollback").must()
    assert web.scene.is_ready("web-nginx-0")
    assert web.get(0) == "web-nginx-0\n"


def test_a_stream_block_serves_what_is_not_http(web: Web) -> None:
    web.install(STREAM)
    code, said = web.execute(0, *CHECK)
    assert code == 0 and "test is successful" in said
    talk = ("sh", "-c", "busybox nc -w 5 web-nginx 9001 </dev/null")
    assert web.client.run(*talk) == (0, "a word from web-nginx-0\n")
    assert web.get(0) == "web-nginx-0\n"


def test_a_killed_server_is_started_again(web: Web) -> None:
    web.install("replicas: 1")
    scene = web.scene
    faults.kill(scene.kubelet, scene.namespace, "web-nginx-0", "nginx")
    scene.wait(lambda: scene.container("web-nginx-0", "nginx")["restartCount"] == 1, "a restart")
    scene.wait(lambda: scene.is_ready("web-nginx-0"), "it")
    assert web.get(0) == "web-nginx-0\n"
