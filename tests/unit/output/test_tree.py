"""The tree of what is waited for: rows and a size in, lines out."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.manifest import ObjectRef
from holdfast.model.progress import ObjectRow, PodRow, Progress
from holdfast_cli.output.table import text_width
from holdfast_cli.output.tree import draw

SET, API = (ObjectRef("apps/v1", kind, "shop", kind) for kind in ("StatefulSet", "Deployment"))
CRASH = "CrashLoopBackOff: exit code 1 (Error), 2 restarts"


def pod(number: int, *, ready: bool = True, **fields: Any) -> PodRow:
    claims = ((f"data-web-{number}", "Bound"),)
    return PodRow(f"web-{number}", number, "5d9f", ready, claims=claims, **fields)


WEB = ObjectRow(
    ObjectRef("apps/v1", "StatefulSet", "shop", "web"),
    "progressing",
    "2 of 3 pods ready",
    (pod(0), pod(1), pod(2, ready=False, restarts=2, reason=CRASH, trouble=True)),
)
DONE = ObjectRow(ObjectRef("apps/v1", "Deployment", "shop", "api"), "ready", "2 of 2 pods ready")


def drawn(*rows: ObjectRow, columns: int = 120, lines: int = 24, **given: Any) -> list[str]:
    progress = Progress("upgrade of release web", 72.4, 600.0, rows)
    texts, widths = draw(
        progress, columns=columns, lines=lines, paint=lambda text, colour: text, **given
    )
    assert [text_width(text) for text in texts] == widths
    assert max(widths) < columns and len(texts) < lines
    return texts


def test_objects_with_their_pods_revision_readiness_claim_restarts_and_reason() -> None:
    assert drawn(WEB, DONE) == [
        "upgrade of release web  1 of 2 ready  1:12 of 10:00",
        "├─ ● StatefulSet/web  2 of 3 pods ready",
        "│  ├─ ✓ web-0  revision 5d9f  ready      claim Bound",
        "│  ├─ ✓ web-1  revision 5d9f  ready      claim Bound",
        f"│  └─ ✗ web-2  revision 5d9f  not ready  claim Bound  2 restarts  {CRASH}",
        "└─ ✓ Deployment/api   2 of 2 pods ready",
    ]


def test_a_narrow_terminal_leaves_out_the_revision_then_claims_and_restarts() -> None:
    assert drawn(WEB, columns=80)[-1] == (
        "   └─ ✗ web-2  not ready  claim Bound  2 restarts  CrashLoopBackOff: exit code…"
    )
    assert drawn(WEB, columns=50)[-1] == "   └─ ✗ web-2  CrashLoopBackOff: exit code 1 (Er…"
    assert drawn(WEB, columns=20)[1] == "└─ ● StatefulSet/w…"


def test_a_low_terminal_leaves_out_what_is_ready_first() -> None:
    assert drawn(WEB, DONE, lines=6)[1:] == [
        "├─ ● StatefulSet/web  2 of 3 pods ready",
        f"│  └─ ✗ web-2  revision 5d9f  not ready  claim Bound  2 restarts  {CRASH}",
        "└─ ✓ Deployment/api   2 of 2 pods ready",
        "… 2 more",
    ]
    assert drawn(WEB, DONE, lines=5)[-1] == "… 3 more"
    many = tuple(pod(number, ready=False, reason="Pending") for number in range(200))
    big = ObjectRow(WEB.ref, "progressing", "0 of 200 pods ready", many)
    assert drawn(big, lines=10)[-1] == "… 194 more"


def test_characters_that_the_terminal_cannot_show_are_replaced() -> None:
    assert drawn(WEB, columns=60, ascii_only=True)[1:] == [
        "`- * StatefulSet/web  2 of 3 pods ready",
        "   |- + web-0  ready      claim Bound",
        "   |- + web-1  ready      claim Bound",
        "   `- x web-2  not ready  claim Bound  2 restarts  CrashLo~",
    ]


@pytest.mark.parametrize(("state", "colour"), [("ready", "green"), ("failed", "red")])
def test_only_the_mark_is_in_colour(state: str, colour: str) -> None:
    progress = Progress("t", 0, 1, (ObjectRow(WEB.ref, state, "…"),))
    texts, _ = draw(progress, columns=80, lines=9, paint=lambda text, name: f"<{name}:{text}>")
    assert texts[1].startswith(f"└─ <{colour}:") and texts[1].endswith("> StatefulSet/web  …")


def test_wide_characters_are_counted_as_two_columns() -> None:
    wide = ObjectRow(WEB.ref, "progressing", "数据库尚未就绪" * 6)
    assert drawn(wide, columns=40)[1].endswith("…")
