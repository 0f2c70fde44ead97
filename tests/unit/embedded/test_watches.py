import json

from tests.unit.embedded.server import MAPS, START, Server, config_map, no_controllers

from holdfast.embedded.app import open_app


def test_a_watch_tells_what_happened_since_a_revision_in_order():
    server = Server()
    start = server.get(MAPS)["metadata"]["resourceVersion"]
    server.post(MAPS, config_map(k="1"))
    server.patch(f"{MAPS}/a", {"data": {"k": "2"}})
    server.post(MAPS, config_map("b"))
    server.ask("DELETE", f"{MAPS}/a")
    assert server.events(f"{MAPS}?watch=true&resourceVersion={start}") == [
        ("ADDED", "a"),
        ("MODIFIED", "a"),
        ("ADDED", "b"),
        ("DELETED", "a"),
    ]


def test_a_watch_without_a_start_begins_with_what_is_there():
    server = Server()
    server.post(MAPS, config_map())
    server.post("/api/v1/namespaces/kube-public/configmaps", config_map("c"))
    assert server.events(f"{MAPS}?watch=true") == [("ADDED", "a")]
    assert server.events("/api/v1/configmaps?watch=1") == [("ADDED", "a"), ("ADDED", "c")]


def test_an_object_enters_and_leaves_a_watch_with_its_labels():
    server = Server()
    start = server.get(MAPS)["metadata"]["resourceVersion"]
    server.post(MAPS, config_map())
    for value in ("x", "x2", "y"):
        labels = {"tier": value[0], "n": value}
        server.patch(f"{MAPS}/a", {"metadata": {"labels": labels}})
    server.ask("DELETE", f"{MAPS}/a")
    found = server.events(f"{MAPS}?watch=true&resourceVersion={start}&labelSelector=tier=x")
    assert [event for event, _ in found] == ["ADDED", "MODIFIED", "DELETED"]


def test_a_revision_that_is_no_longer_kept_is_expired():
    server = Server(log_kept=10)
    for number in range(30):
        server.post(MAPS, config_map(f"a{number}"))
    response = server.app("GET", MAPS, {"watch": "true", "resourceVersion": "1"}, {}, b"")
    event = json.loads(b"".join(response.body))
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)
    assert event["object"]["reason"] == "Expired"


def test_a_dry_run_is_not_seen():
    server = Server()
    start = server.get(MAPS)["metadata"]["resourceVersion"]
    server.post(f"{MAPS}?dryRun=All", config_map())
    assert server.events(f"{MAPS}?watch=true&resourceVersion={start}") == []


def test_a_watch_that_can_wait_goes_on_until_its_timeout():
    moment = [START]
    app = open_app(
        ":memory:",
        now=lambda: moment[0],
        reconcile=no_controllers,
        wait=lambda seconds: moment.__setitem__(0, moment[0] + seconds),
    )
    watch = app("GET", MAPS, {"watch": "true", "timeoutSeconds": "2"}, {}, b"").body
    headers = {"Content-Type": "application/json"}
    app("POST", MAPS, {}, headers, json.dumps(config_map("late")).encode())
    names = [json.loads(line)["object"]["metadata"]["name"] for line in watch]
    assert names == ["late"]
    assert moment[0] >= START + 2
