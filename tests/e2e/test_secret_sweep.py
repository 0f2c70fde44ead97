"""Twenty secrets in all the places a user has them, and everything that any verb prints of them."""

from __future__ import annotations

import base64
import json
import sys
import time
from pathlib import Path

import pytest
import yaml
from tests.conftest import Result, run_command, write_tree
from tests.controlplane.control_plane import ControlPlane
from tests.e2e.charts import client, ref
from tests.e2e.line import Fault, Forward, Line
from tests.e2e.line import ctrl_c as ctrl_c_at
from tests.e2e.own_time import replace_time

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response

PEM = (
    "-----BEGIN PRIVATE KEY-----\nPL4nted/l1ne+0ne/Of/Key\nPL4nted/l1ne+tw0/Of/Key\n-----END-----\n"
)
PLANTED = {
    "file": "PL4nted-file",
    "set": "PL4nted-set",
    "set-string": "PL4nted-set-string",
    "set-file": PEM,
    "set-json": 'PL4nted "set" json',
    "default": "PL4nted-default",
    "subchart": "PL4nted-subchart",
    "global": "PL4nted-global",
    "data": "PL4nted-data",
    "stringData": "PL4nted-stringData",
    "environment": "PL4nted-environment",
    "annotation": "PL4nted-annotation",
    "hook": "PL4nted-hook",
    "notes": "PL4nted-notes",
    "patch": "PL4nted-patch",
    "rendered": "PL4nted-post-rendered",
    "repeated": "PL4nted-repeated",
    "reversed": "PL4nted-of-revision-2",
    "theirs": "PL4nted-theirs",
    "token": "PL4nted-bearer-token",
}
# What the release does not hold at the time, so that nobody can know it in a pod's log.
UNKNOWN = ("reversed", "theirs", "token")


def spellings(secret: str) -> set[str]:
    """A secret as it stands, in base64, quoted, and each line of one that has several."""
    lines = {line for line in secret.splitlines() if "PL4nted" in line}
    encoded = {base64.b64encode(one.encode()).decode() for one in {secret, *lines}}
    return {secret, json.dumps(secret)[1:-1], *lines, *encoded}


SPELLINGS = {text: place for place, secret in PLANTED.items() for text in spellings(secret)}

_HIDDEN = {"type": "string", "writeOnly": True}
_PASSWORD = {"type": "string", "format": "password"}
SCHEMA = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("file", "setFile", "environment", "annotation", "reversed"), _HIDDEN),
        **dict.fromkeys(("set", "setString", "hook", "notes", "repeated", "theirs"), _PASSWORD),
        "json": {"type": "object", "properties": {"inner": _HIDDEN}},
        "default": {**_HIDDEN, "default": PLANTED["default"]},
        "global": {"type": "object", "properties": {"token": _HIDDEN}},
        "size": {"type": "integer"},
        "fail": {"type": "string"},
    },
}
SUBCHART = {"type": "object", "properties": {"password": _HIDDEN}}

OBJECTS = """\
apiVersion: v1
kind: Secret
metadata: {name: {{ release.name }}}
data:
  data: {{ values.data | b64encode }}
  key: {{ values.setFile | b64encode }}
stringData:
  plain: {{ values.stringData }}
  once: {{ secret_once('once') }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ release.name }}
  annotations: {note: "{{ values.annotation }}, {{ values.file | b64encode }}"}
data:
  repeated: "db://u:{{ values.repeated }}@db"
  again: "{{ values.stringData }} {{ values.data }} {{ secret_once('once') }}"
  json: {{ values.json.inner }}
  file: {{ values.setFile }}
  theirs: {{ values.theirs }}
  all: {{ values | to_json }}
---
apiVersion: v1
kind: Service
metadata: {name: {{ release.name }}}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ release.name }}}
spec:
  serviceName: {{ release.name }}
  replicas: {{ values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: {{ values.image }}
          args: [{{ values.set }}, {{ values.setString }}]
          env:
            - {name: PASSWORD, value: {{ values.environment }}}
            - {name: DEFAULT, value: {{ values.default }}}
            - {name: OTHER, value: {{ values.reversed | default('none') }}}
{% if values.fail == "fail" %}
{{ fail("the password " ~ values.file ~ " is no good: " ~ values.setFile) }}
{% endif %}
{% if values.fail == "expression" %}
---
x: {{ (values.json.inner) | int }}
{% endif %}
{% if values.fail == "yaml" %}
---
x: {a{{ values.set }}: [
{% endif %}
{% if values.fail == "name" %}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ values.file }}/{{ values.data }}"}
data: {1: {{ values.setFile }}}
{% endif %}
{% if values.fail == "refused" %}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: refused, labels: {"a": "{{ values.json.inner }}"}}
data: {"no/key": {{ values.set }}}
---
apiVersion: v1
kind: Secret
metadata: {name: refused, labels: {"a": "{{ values.stringData }}, {{ values.data }}"}}
type: kubernetes.io/tls
stringData: {tls.crt: {{ values.stringData }}}
{% endif %}
"""
HOOK = """\
apiVersion: {{ 'batch/v1' }}
kind: Job
metadata:
  name: {{ release.name }}-migrate
  annotations:
    holdfast.dev/hook: pre-upgrade
    holdfast.dev/hook-output-log-policy: hook-succeeded,hook-failed
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: tool:1
          command: [sh, -c, {{ values.migrate }}]
          env: [{name: HOOK, value: {{ values.hook }}}, {name: KEY, value: {{ values.setFile }}}]
"""
TEST = """\
apiVersion: v1
kind: Pod
metadata:
  name: {{ release.name }}-test
  annotations: {holdfast.dev/hook: test}
spec:
  restartPolicy: Never
  containers:
    - name: curl
      image: curl:8
      args: [{{ values.hook }}]
      command: [sh, -c, {{ values.migrate }}]
"""
NOTES = """\
Log in with {{ values.notes }}, {{ values.data }} or {{ values.json.inner | to_json }}:
{{ values.setFile }}
{{ secret_once('once') | b64encode }}
"""
PATCH = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: web}}
stringData: {{patched: {PLANTED["patch"]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: web}}
data: {{patched: "{PLANTED["patch"]} again"}}
"""
RENDERER = f"""\
import sys
print(sys.stdin.read() + '''
---
apiVersion: v1
kind: Secret
metadata: {{name: rendered}}
stringData: {{rendered: {PLANTED["rendered"]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: rendered}}
data: {{rendered: "{PLANTED["rendered"]} again"}}
''')
"""
DB = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ release.name }}-db}
data: {password: {{ values.password }}, token: {{ values.global.token }}}
"""
TREE = {
    "web/Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n"
    "dependencies: [{name: db, version: ^1}]\n",
    "web/values.yaml": f"replicas: 1\nimage: nginx:1.28\nfail: ''\nmigrate: exit 0\nsize: 1\n"
    f"data: {PLANTED['data']}\nstringData: {PLANTED['stringData']}\n",
    "web/values.schema.json": json.dumps(SCHEMA),
    "web/templates/objects.yaml.j2": OBJECTS,
    "web/templates/hook.yaml.j2": HOOK,
    "web/templates/test.yaml.j2": TEST,
    "web/templates/NOTES.txt.j2": NOTES,
    "web/charts/db/Chart.yaml": "apiVersion: holdfast/v1\nname: db\nversion: 1.0.0\n",
    "web/charts/db/values.schema.json": json.dumps(SUBCHART),
    "web/charts/db/templates/db.yaml.j2": DB,
    "given.yaml": yaml.safe_dump(
        {
            **{key: PLANTED[key] for key in ("file", "environment", "annotation", "hook", "notes")},
            "repeated": PLANTED["repeated"],
            "theirs": "PL4nted-ours",
            "db": {"password": PLANTED["subchart"]},
            "global": {"token": PLANTED["global"]},
        }
    ),
    "key.pem": PEM,
    "patch.yaml": PATCH,
    "renderer.py": RENDERER,
}
GIVEN = (
    *("-f", "given.yaml", "--set", f"set={PLANTED['set']}"),
    *("--set-string", f"setString={PLANTED['set-string']}", "--set-file", "setFile=key.pem"),
    *("--set-json", f"json={json.dumps({'inner': PLANTED['set-json']})}"),
)
MORE = ("--patch", "patch.yaml", "--post-renderer", f"{sys.executable} renderer.py")
NEWER = ("--set", f"reversed={PLANTED['reversed']}")
FORMS = ("table", "json", "yaml")


class Sweep:
    """Runs verbs at --debug and greps all that they print."""

    def __init__(self, namespace: str) -> None:
        self.at = ("-n", namespace, "--debug")
        self.secrets = dict(SPELLINGS)

    def plant(self, place: str, secret: str) -> None:
        """Look for one more secret from now on."""
        self.secrets.update(dict.fromkeys(spellings(secret), place))

    def __call__(self, *arguments: str, code: int = 0) -> Result:
        result = run_command(*arguments, *self.at)
        return self._clean(result, result.out + result.err).must(code)

    def talk(self, *arguments: str) -> Result:
        """The same for a verb whose data are asked for with the secrets in them."""
        result = run_command(*arguments, *self.at)
        return self._clean(result, result.err).must()

    def _clean(self, result: Result, text: str) -> Result:
        found = {place: one for one, place in self.secrets.items() if one in text}
        assert not found, f"it prints {found}\n{text}"
        return result


@pytest.fixture
def sweep(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    """The chart in the current folder, and a namespace for it."""
    if cluster == "embedded":
        replace_time(monkeypatch)
    monkeypatch.chdir(write_tree(tmp_path, TREE))
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    return Sweep(namespace)


def generated(namespace: str) -> str:
    with client() as kubectl:
        text = kubectl.get(ref("Secret", "web", namespace))["data"]["once"]
    return base64.b64decode(text).decode()


def ctrl_c(seconds: float) -> None:
    raise KeyboardInterrupt


def test_the_life_of_a_release_prints_no_secret(
    sweep: Sweep, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = ("web", "web", *GIVEN)
    for form in FORMS:
        sweep("diff", "install", *chart, *MORE, "-o", form)
    sweep("install", *chart, *MORE, "--dry-run")
    sweep("install", *chart, *MORE)
    sweep.plant("once", generated(namespace))
    for form in FORMS:
        sweep("diff", "upgrade", *chart, *MORE, *NEWER, "-o", form)
        sweep("status", "web", "-o", form)
        sweep("history", "web", "-o", form)
        sweep("list", "-o", form)
        sweep("list", "-A", "-o", form)
        sweep("get", "metadata", "web", "-o", form)
    sweep("get", "notes", "web")
    for what in ("hooks", "manifest", "values", "patches"):
        sweep.talk("get", what, "web")
    sweep("upgrade", *chart, *MORE, *NEWER, "-o", "json")
    for form in FORMS:
        sweep("diff", "revision", "web", "1", "2", "-o", form)
        sweep("diff", "rollback", "web", "-o", form)
    sweep("test", "web", "--logs")
    sweep("scale", "web", "2")
    sweep("restart", "web")
    sweep("restart", "web", "--ordinal", "1")
    for form in FORMS:
        sweep("restart", "web", "--ordinal", "0", "--dry-run", "-o", form)
    sweep("rollback", "web")
    with monkeypatch.context() as patched:
        patched.setattr(time, "sleep", ctrl_c)
        sweep("status", "web", "--watch")
    sweep("uninstall", "web", "--dry-run")
    shown = run_command("get", "manifest", "web", "-n", namespace).must().out
    values = run_command("get", "values", "web", "-n", namespace, "--all").must().out
    hooks = run_command("get", "hooks", "web", "-n", namespace).must().out
    everything = shown + values + hooks
    absent = {
        place
        for place, secret in PLANTED.items()
        if not any(one in everything for one in spellings(secret))
    }
    assert absent == {"theirs", "token"}, "the others are in what is installed"
    sweep("uninstall", "web")


def test_lint_of_a_good_chart_with_secrets_in_its_values_prints_none(sweep: Sweep) -> None:
    for form in ("table", "json", "sarif"):
        for strict in ((), ("--strict",)):
            result = run_command("lint", "web", *GIVEN, *strict, "-o", form)
            found = sweep("lint", "web", *GIVEN, *strict, "-o", form, code=result.code)
            assert found.out, "it has something to say of this chart"


# By the template, by the rules for objects, and at last by the server.
REFUSED = ("fail", "expression", "yaml", "name", "refused")


@pytest.mark.parametrize(
    ("verb", "how"),
    [
        *((verb, how) for verb in (("install",), ("diff", "install")) for how in REFUSED),
        *((verb, how) for verb in (("template",), ("lint",)) for how in REFUSED[:-1]),
    ],
)
def test_what_is_refused_quotes_no_secret(sweep: Sweep, how: str, verb: tuple[str, ...]) -> None:
    chart = ("web",) if verb == ("lint",) else ("web", "web")
    for form in ((), ("-o", "json")):
        sweep(*verb, *chart, *GIVEN, "--set", f"fail={how}", *form, code=1)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--set-json", f"default={json.dumps([PLANTED['default']])}"),
        ("--set-json", f"json={json.dumps(PLANTED['set-json'])}"),
        ("--set", f"size={PLANTED['set']}"),
        ("--set", f"json={PLANTED['file']}"),
        ("--set", f"db.password.inner={PLANTED['subchart']}"),
        ("--set", f"global.token.inner={PLANTED['global']}"),
        ("--set-json", f'global={{"token": ["{PLANTED["global"]}"]}}'),
        ("--set-json", f'db={{"password": ["{PLANTED["subchart"]}"]}}'),
    ],
)
def test_values_that_the_schema_refuses_are_not_quoted(
    sweep: Sweep, wrong: tuple[str, ...]
) -> None:
    for verb in ("install", "template"):
        for form in ((), ("-o", "json")):
            sweep(verb, "web", "web", *GIVEN, *wrong, *form, code=1)


def test_a_failed_upgrade_and_its_end_print_no_secret(
    cluster: str, namespace: str, sweep: Sweep, request: pytest.FixtureRequest
) -> None:
    if cluster == "real":
        plane: ControlPlane = request.getfixturevalue("control_plane")
        said = [text for text, place in SPELLINGS.items() if place not in UNKNOWN]
        words = sorted(text for text in said if "\n" not in text)
        plane.logs.write([" ".join(words[:9]), " ".join(words[9:])])
    chart = ("web", "web", *GIVEN, *MORE)
    sweep("install", *chart)
    sweep.plant("once", generated(namespace))
    sweep("upgrade", *chart, *NEWER, "--set", "migrate=exit 3", code=4)
    bad = f"image=registry.invalid/{PLANTED['annotation']}:1"
    sweep("upgrade", *chart, *NEWER, "--set", bad, "--timeout", "5s", code=4)
    for form in FORMS:
        sweep("status", "web", "-o", form)
    sweep("upgrade", *chart, "--set", bad, "--timeout", "5s", "--rollback-on-failure", code=4)
    sweep("history", "web")
    with client("somebody") as hand:
        hand.patch(
            ref("ConfigMap", "web", namespace),
            {"data": {"theirs": PLANTED["theirs"], "repeated": PLANTED["theirs"]}},
            type="merge",
        )
    for form in FORMS:
        sweep("diff", "upgrade", *chart, *NEWER, "-o", form, code=1)
        sweep("upgrade", *chart, *NEWER, "-o", form, code=1)
    sweep("upgrade", *chart, *NEWER, "--force-conflicts")
    sweep("upgrade", *chart, "--set", "fail=refused", code=1)
    sweep("uninstall", "web")


def test_an_adoption_prints_no_secret(sweep: Sweep, namespace: str) -> None:
    rendered = run_command("template", "web", "web", *GIVEN).must().out
    with client() as hand:
        for found in filter(None, yaml.safe_load_all(rendered)):
            if found["kind"] in ("ConfigMap", "Secret"):
                found["metadata"]["namespace"] = namespace
                hand.create(found)
    for form in FORMS:
        sweep("adopt", "web", "web", *GIVEN, "--dry-run", "-o", form)
    sweep("adopt", "web", "web", *GIVEN, "--yes")


def test_what_was_cut_off_and_its_end_print_no_secret(
    sweep: Sweep, namespace: str, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = ("web", "web", *GIVEN, *MORE)
    sweep("install", *chart)
    sweep.plant("once", generated(namespace))
    for end in ("resume", "abandon"):
        with monkeypatch.context() as patched:
            line = Line(patched)
            line.clear(1, at_set(line))
            sweep("upgrade", *chart, "--set", f"reversed={PLANTED['reversed']}-{end}", code=1)
        sweep("status", "web")
        sweep("diff", "upgrade", *chart)
        sweep(end, "web", "--dry-run")
        sweep(end, "web")


def at_set(line: Line) -> Fault:
    """Ctrl-C when the StatefulSet is changed; other requests pass."""

    def watching(request: Request, forward: Forward) -> Response:
        line.at = len(line.sent) + 1
        live = ("dryRun", "All") not in request.query
        if live and (request.method, request.path.split("/")[-2]) == ("PATCH", "statefulsets"):
            return ctrl_c_at(request, forward)
        return forward()

    return watching


_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])


@pytest.mark.parametrize("cluster", [_REAL], indirect=True)
def test_a_token_that_the_server_refuses_is_not_printed(sweep: Sweep) -> None:
    sweep("status", "web", "--token", PLANTED["token"], code=1)
    sweep("install", "web", "web", *GIVEN, "--token", PLANTED["token"], "-o", "json", code=1)


_CODED = base64.b64encode(b"PL4nted-key").decode()
LOGINS = {
    "token": "{token: PL4nted-own-token}",
    "password": "{username: joe, password: PL4nted-password}",
    "certificate": f"{{client-certificate-data: {_CODED}, client-key-data: {_CODED}}}",
    "no base64": '{client-certificate-data: "PL4nted!", client-key-data: "PL4nted!"}',
    "twice": "{token: PL4nted-own-token, token: PL4nted-other-token}",
    "cut off": '{token: PL4nted-own-token, password: "PL4nted-password}',
    "no text": "{token: [PL4nted-own-token]}",
    "a header": r'{token: "PL4nted-own-token\r\nX-Evil: 1"}',
    "plugin": "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, "
    "command: sh, args: [-c, 'echo PL4nted-output; exit 3'], "
    "env: [{name: PASSWORD, value: PL4nted-of-plugin}]}}",
}
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: here
clusters: [{{name: here, cluster: {{server: "{server}", insecure-skip-tls-verify: true}}}}]
contexts: [{{name: here, context: {{cluster: here, user: joe}}}}]
users: [{{name: joe, user: {login}}}]
"""


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("cluster", ["closed", _REAL])
def test_what_a_kubeconfig_holds_is_not_printed(
    cluster: str, login: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = "https://joe:PL4nted-in-address@127.0.0.1:9"
    if cluster == "real":
        plane: ControlPlane = request.getfixturevalue("control_plane")
        server = yaml.safe_load(plane.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    path = tmp_path / "kubeconfig"
    path.write_text(KUBECONFIG.format(server=server, login=LOGINS[login]))
    for form in FORMS:
        at = ("--cluster", "kube", "--kubeconfig", str(path), "--debug", "-v", "-o", form)
        refused = run_command("list", "-A", *at).must(1)
        assert "PL4nted" not in refused.out + refused.err
        assert _CODED not in refused.out + refused.err
        assert "error: " in refused.err
