"""What people see of each object."""

from __future__ import annotations

from tests.unit.plan.support import CONFIG, PASSWORD, WEB, lines, manifest, plan_of

from holdfast.plan.body import body

OTHER = PASSWORD.replace("aHVudGVyMg==", "aHVudGVyMjI=")


def test_one_object_is_one_diff_with_the_rest_folded() -> None:
    plan = plan_of(WEB.replace("1.27", "1.28"), WEB)
    assert lines(plan, unified=1) == (
        "StatefulSet/web: update, rolling-restart\n"
        "  … 20 unchanged lines\n"
        "        - name: nginx\n"
        "-         image: nginx:1.27\n"
        "+         image: nginx:1.28\n"
        "        volumes:\n"
        "  … 12 unchanged lines"
    )


def test_each_line_says_what_it_is() -> None:
    (change,) = plan_of(CONFIG.replace("one", "two"), CONFIG).changes
    assert [(line.kind, line.text) for line in body(change, unified=0)] == [
        ("header", "ConfigMap/web: update, in-place"),
        ("fold", "  … 9 unchanged lines"),
        ("remove", "-   nginx.conf: one"),
        ("add", "+   nginx.conf: two"),
    ]


def test_a_new_object_is_shown_whole() -> None:
    assert lines(plan_of(CONFIG)).splitlines()[:3] == [
        "ConfigMap/web: create",
        "+ apiVersion: v1",
        "+ kind: ConfigMap",
    ]


def test_a_changed_secret_shows_only_its_sizes() -> None:
    assert lines(plan_of(OTHER, PASSWORD), unified=0).splitlines()[2:] == [
        "-   password: (secret, 7 bytes)",
        "+   password: (secret, changed, 7 bytes → 8 bytes)",
    ]


def test_another_secret_of_the_same_length_is_still_a_change() -> None:
    other = PASSWORD.replace("aHVudGVyMg==", "aHVudGVyMw==")
    assert "+   password: (secret, changed, 7 bytes → 7 bytes)" in lines(plan_of(other, PASSWORD))


def test_secrets_around_a_change_are_masked_too() -> None:
    wanted = PASSWORD.replace("password:", "new: eA==, password:")
    shown = lines(plan_of(wanted, PASSWORD))
    assert "    password: (secret, 7 bytes)" in shown
    assert "+   new: (secret, new, 1 byte)" in shown
    assert "aHVudGVyMg" not in shown


def test_secrets_are_shown_when_asked_for() -> None:
    assert "+   password: aHVudGVyMjI=" in lines(plan_of(OTHER, PASSWORD), show_secrets=True)


def test_a_sensitive_value_is_masked_where_it_stands_and_where_it_shows_up_again() -> None:
    env = "image: nginx:1.27\n        env: [{name: P, value: %s}]\n        args: [--p=%s]"
    before = WEB.replace("image: nginx:1.27", env % ("old-Secret", "old-Secret"))
    after = WEB.replace("image: nginx:1.27", env % ("hunter2", "hunter2"))
    path = ("spec", "template", "spec", "containers", 0, "env", 0, "value")
    plan = plan_of(
        wanted=(manifest(after, sensitive=frozenset({path})),),
        cluster=before,
        previous=(manifest(before, sensitive=frozenset({path})),),
    )
    shown = lines(plan)
    assert "hunter2" not in shown
    assert "old-Secret" not in shown
    assert shown.count("(secret, changed, 10 bytes → 7 bytes)") == 1
    assert shown.count("(secret, changed, 14 bytes → 11 bytes)") == 1


def test_a_plain_word_of_a_secret_does_not_hide_everything() -> None:
    user = PASSWORD.replace("aHVudGVyMg==", "bmdpbng=")  # nginx
    shown = lines(plan_of(f"{user}\n---\n{WEB.replace('1.27', '1.28')}", f"{user}\n---\n{WEB}"))
    assert "+         image: nginx:1.28" in shown


def test_another_order_or_spelling_is_no_line_of_a_diff() -> None:
    two = "- name: nginx\n        image: nginx:1.27\n      - {name: log, image: %s}"
    before = WEB.replace("- name: nginx\n        image: nginx:1.27", two % "log:1")
    swapped = "- {image: log:2, name: log}\n      - {image: 'nginx:1.27', name: nginx}"
    after = WEB.replace("- name: nginx\n        image: nginx:1.27", swapped)
    assert lines(plan_of(after, before), unified=0).splitlines()[2:-1] == [
        "-         image: log:1",
        "+         image: log:2",
    ]


def labelled(text: str, version: str) -> str:
    labels = f"helm.sh/chart: web-{version}, app.kubernetes.io/version: '{version}'"
    return text.replace("namespace: prod}", f"namespace: prod, labels: {{{labels}}}}}", 1)


def test_version_labels_are_one_line_of_an_object() -> None:
    before, after = labelled(CONFIG, "0.1.0"), labelled(CONFIG.replace("one", "two"), "0.2.0")
    assert lines(plan_of(after, before), unified=0).splitlines() == [
        "ConfigMap/web: update, in-place",
        "chart version label: web-0.1.0 → web-0.2.0, 0.1.0 → 0.2.0 (2 labels)",
        "  … 11 unchanged lines",
        "-   nginx.conf: one",
        "+   nginx.conf: two",
    ]


def test_objects_with_nothing_but_version_labels_are_one_line_together() -> None:
    before = f"{labelled(CONFIG, '1')}\n---\n{labelled(WEB, '1')}"
    after = f"{labelled(CONFIG, '2')}\n---\n{labelled(WEB, '2')}"
    assert lines(plan_of(after, before)) == (
        "chart version label: web-1 → web-2, 1 → 2 (4 labels) only: ConfigMap/web, StatefulSet/web"
    )
