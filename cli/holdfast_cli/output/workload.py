"""What `scale` and `restart` print at their end: the release and the workload's ordinals.

For machines a workload's pods and claims are spelled as `status` spells them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast_cli.output.emit import emit
from holdfast_cli.output.ordinals import pod_table
from holdfast_cli.output.release import header, revision_dict, status_dict

if TYPE_CHECKING:
    from holdfast import Plan, Target
    from holdfast_cli.console import Console


def report_workload(
    console: Console, target: Target, plan: Plan, more: dict[str, Any], said: str = ""
) -> None:
    """Print the workload of the plan's task as it is now; `said` comes before, for people."""
    from holdfast import release_status

    ref = plan.task.ref if plan.task else None
    status = release_status(target, plan.release, only=ref)
    found = status_dict(status)
    data = {
        "schema": f"holdfast/{plan.operation.value}/v1",
        **revision_dict(status.revision),
        "workload": ref.as_dict() if ref else None,
        **more,
        "ordinals": found["ordinals"],
        "remarks": list(plan.remarks),
    }
    pods = status.ordinals
    parts = (said, header(status.revision), pod_table(pods) if pods else "")
    emit(console, data, lambda: "\n\n".join(filter(None, parts)))
