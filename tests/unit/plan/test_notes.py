"""Where the value of a changed line came from: once per field, never in context."""

from __future__ import annotations

from tests.unit.plan.support import CONFIG, WEB, manifest, plan_of

from holdfast.errors import Where
from holdfast.model.plan import Change, Plan
from holdfast.model.values import Path
from holdfast.plan.body import body

PROD = Where("prod.yaml", 3, 5)
FLAG = Where("--set image.tag", kind="flag")
CHART = Where("web/values.yaml", 1, 1, "chart")
IMAGE: Path = ("spec", "template", "spec", "containers", 0, "image")


def only_change(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def noted(change: Change, unified: int = 0) -> list[tuple[str, str]]:
    lines = body(change, unified=unified)
    return [(line.text.strip(), line.note) for line in lines if line.note]


def test_an_added_line_names_its_origins() -> None:
    wanted = manifest(WEB.replace("1.27", "1.28"), origins={IMAGE: (PROD, FLAG)})
    assert noted(only_change(plan_of(wanted=(wanted,), cluster=WEB)), unified=9) == [
        ("+         image: nginx:1.28", "prod.yaml:3:5, --set image.tag")
    ]


def test_more_than_two_origins_are_counted() -> None:
    places = (PROD, FLAG, CHART, Where("b.yaml", 1, 1))
    wanted = manifest(WEB.replace("1.27", "1.28"), origins={IMAGE: places})
    ((_, note),) = noted(only_change(plan_of(wanted=(wanted,), cluster=WEB)))
    assert note == "prod.yaml:3:5, --set image.tag and 2 more"


def test_a_text_of_several_lines_is_noted_once() -> None:
    new = CONFIG.replace("nginx.conf: one", 'nginx.conf: "a\\nb\\nc\\nd\\n"')
    old = CONFIG.replace("nginx.conf: one", 'nginx.conf: "x\\nb\\ny\\nd\\n"')
    wanted = manifest(new, origins={("data", "nginx.conf"): (PROD,)})
    assert noted(only_change(plan_of(wanted=(wanted,), cluster=old))) == [
        ("+     a", "prod.yaml:3:5")
    ]


def test_of_a_new_object_only_what_the_user_gave_is_noted() -> None:
    origins = {("data", "nginx.conf"): (CHART, PROD), ("metadata", "name"): (CHART,)}
    assert noted(only_change(plan_of(wanted=(manifest(CONFIG, origins=origins),)))) == [
        ("+   nginx.conf: one", "prod.yaml:3:5")
    ]


def test_notes_can_be_left_out() -> None:
    wanted = manifest(WEB.replace("1.27", "1.28"), origins={IMAGE: (PROD,)})
    lines = body(only_change(plan_of(wanted=(wanted,), cluster=WEB)), origins=False)
    assert not any(line.note for line in lines)
