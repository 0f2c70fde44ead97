"""From a plan to its end: what install, upgrade, rollback and uninstall do alike after planning."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from holdfast.light import dataclass
from holdfast_cli.console import Console
from holdfast_cli.options import Globals, post_renderer, value_mode
from holdfast_cli.output.unfinished import tell_unfinished, unfinished_of

if TYPE_CHECKING:
    from holdfast import DraftOptions, Event, Plan, PlanOptions, Revision, Sources, Target

Prepare: TypeAlias = "Callable[[Run], Plan]"
"""Make the plan of a run; called again where another operation came first."""


@dataclass(frozen=True, slots=True)
class Run:
    """One changing verb under way: where it works, how it prints, which flags were given."""

    target: Target
    console: Console
    given: Mapping[str, Any]

    @classmethod
    def start(cls, flags: Globals, output: str, given: Mapping[str, Any]) -> Run:
        """Find the cluster and get going."""
        from holdfast_cli.wiring import open_target

        if given.get("rollback_on_failure") and not given["wait"]:
            raise click.UsageError("--rollback-on-failure has to wait: leave out --no-wait")
        console = flags.console(output)
        return cls(open_target(flags, console), console, given)

    def new_name(self, chart: str) -> str:
        """A made-up name for a release of the chart."""
        from holdfast import generate_name

        return generate_name(self.target, chart)

    def install(self, name: str, chart: str, sources: Sources) -> Plan:
        """The plan of an install."""
        from holdfast import prepare_install

        return prepare_install(
            self.target,
            name,
            chart,
            sources=sources,
            draft_options=self._draft_options(),
            plan_options=self.plan_options(),
        )

    def adopt(self, name: str, chart: str, sources: Sources) -> Plan:
        """The plan of an adoption."""
        from holdfast import prepare_adopt

        return prepare_adopt(
            self.target,
            name,
            chart,
            sources=sources,
            draft_options=self._draft_options(),
            plan_options=self.plan_options(),
        )

    def upgrade(self, name: str, chart: str, sources: Sources, *, or_install: bool) -> Plan:
        """The plan of an upgrade, or of an install where there is no release."""
        from holdfast import prepare_upgrade

        return prepare_upgrade(
            self.target,
            name,
            chart,
            sources=sources,
            mode=value_mode(self.given),
            install=or_install,
            draft_options=self._draft_options(),
            plan_options=self.plan_options(),
        )

    def rollback(self, name: str, revision: int | None) -> Plan:
        """The plan of a rollback."""
        from holdfast import prepare_rollback

        return prepare_rollback(
            self.target,
            name,
            revision,
            description=self.given.get("description", ""),
            plan_options=self.plan_options(),
        )

    def _draft_options(self) -> DraftOptions:
        from holdfast import DraftOptions
        from holdfast_cli.codes import codes
        from holdfast_cli.deadline import render_limit
        from holdfast_cli.verdicts import verdicts

        return DraftOptions(
            skip_schema=self.given.get("skip_schema_validation", False),
            skip_crds=self.given.get("skip_crds", False),
            description=self.given.get("description", ""),
            patch_files=self.given.get("patch_files", ()),
            reset_patches=self.given.get("reset_patches", False),
            post_renderer=post_renderer(self.given),
            verdicts=verdicts(),
            codes=codes(),
            labels=self.given.get("labels", {}),
            limit=render_limit,
            warn=self.console.tell,
        )

    def plan_options(self) -> PlanOptions:
        """What the flags allow a plan to do."""
        from holdfast import PlanOptions, random_text, read_conflict_rule, read_recreation

        return PlanOptions(
            take_ownership=self.given.get("take_ownership", False),
            force_conflicts=self.given.get("force_conflicts", False),
            conflict_rules=tuple(map(read_conflict_rule, self.given.get("on_conflict", ()))),
            recreations=tuple(map(read_recreation, self.given.get("allow_recreate", ()))),
            create_namespace=self.given.get("create_namespace", False),
            hooks=not self.given.get("no_hooks", False),
            token=None if self.given.get("dry_run", True) else random_text,
            lock_timeout=None if self.given.get("dry_run", True) else self.given["lock_timeout"],
            on_damage=lambda error: self.console.warn(error.message),
        )

    def finish(self, prepare: Prepare, *, told: bool = False, verb: str = "") -> int:
        """Plan, carry the plan out and say what came of it; under --dry-run, show it.

        `told`: say first what is about to be done; on a terminal with the diff of each object.
        `verb` is the one that the user typed, where it is not the plan's operation.
        """
        plan = prepare(self)
        if self.given["dry_run"]:
            tell_unfinished(self.console, plan)
            return self.show(plan)
        agree = Run._agree_to_all if told else Run.agree
        agree(self, plan)
        plan, revision = self.carry_out(plan, prepare, agree)
        if revision is not None:
            self._report(plan, revision, verb or plan.operation.value)
        return 0

    def _agree_to_all(self, plan: Plan) -> None:
        from holdfast_cli.output.diff import tell_plan

        tell_unfinished(self.console, plan)
        tell_plan(self.console, plan, bodies=sys.stderr.isatty())
        self.consent(plan)

    def agree(self, plan: Plan) -> None:
        """Say what should be known beforehand, and have agreed to what is dangerous."""
        self.tell(plan)
        self.consent(plan)

    def tell(self, plan: Plan) -> None:
        """What whoever carries the plan out should know of it beforehand."""
        from holdfast import plan_owner_lines

        for path in plan.dropped:
            self.console.warn(f"no longer set: {path}")
        for line in plan_owner_lines(plan):
            self.console.warn(line)
        for line in plan.remarks:
            self.console.say(line)

    def consent(self, plan: Plan) -> None:
        """Have the loss of data, and other dangers, agreed to: by --yes, or on a terminal."""
        from holdfast import PlanError, plan_losses

        losses = plan_losses(plan)
        for line in (*losses, *plan.cautions):
            self.console.warn(line)
        if not (losses or plan.cautions) or self.given["yes"]:
            return
        question = "Delete this data?" if losses else "Go on?"
        if sys.stdin.isatty() and click.confirm(question, err=True):
            return
        doing = f"{plan.operation.value} of release {plan.release}"
        if not losses:
            why = "; ".join(plan.cautions)
            raise PlanError(f"{doing}: {why}", hint="--yes does it all the same")
        raise PlanError(
            f"{doing}: it would delete data: {'; '.join((*losses, *plan.cautions))}",
            hint="--yes does it; persistence that is kept has `whenScaled: Retain`",
        )

    def show(
        self, plan: Plan, *, unified: int = 3, show_secrets: bool = False, origins: bool = True
    ) -> int:
        """Print the plan; 1 where it could not be carried out."""
        from holdfast_cli.output.diff import show_plan, show_refusals
        from holdfast_cli.output.json import to_json

        if self.console.output in ("json", "yaml"):
            from holdfast import dump_yaml, plan_report

            print_data = to_json if self.console.output == "json" else dump_yaml
            report = plan_report(plan, show_secrets=show_secrets)
            self.console.data(print_data({**report, **unfinished_of(plan)}))
        else:
            show_plan(
                self.console, plan, unified=unified, show_secrets=show_secrets, origins=origins
            )
            show_refusals(self.console, plan)
        return 1 if plan.refused else 0

    def carry_out(
        self, plan: Plan, prepare: Prepare, agree: Callable[[Run, Plan], None] | None = None
    ) -> tuple[Plan, Revision | None]:
        """Carry the plan out, telling what happens; the revision as it was recorded.

        Where another operation comes first the plan is made, and agreed to, again: that one is
        returned.
        """
        from holdfast import Interrupted
        from holdfast_cli.output.progress import follow

        made, unwaiting = [plan], replace(self, given={**self.given, "lock_timeout": None})

        def again() -> Plan:
            made.append(prepare(unwaiting))
            (agree or Run.agree)(self, made[-1])
            return made[-1]

        events = self._events(plan, again)
        try:
            with closing(events):  # Ctrl-C while an event is printed settles the record at once
                revision = follow(self.console, events)
        except KeyboardInterrupt as stop:
            raise Interrupted(
                f"{plan.operation} of release {plan.release}: interrupted",
                hint=f"`holdfast resume {plan.release}`, or the same command again, goes on from "
                f"there; `holdfast abandon {plan.release}` undoes it",
            ) from stop
        return made[-1], revision

    def _events(self, plan: Plan, again: Callable[[], Plan]) -> Generator[Event]:
        from holdfast import carry_out, carry_out_or_go_back

        given, target = self.given, self.target
        options = {
            "wait": given.get("wait", True),
            "wait_for_jobs": given.get("wait_for_jobs", False),
            "timeout": given["timeout"],
            "history_max": given.get("history_max"),
            "keep_history": given.get("keep_history", False),
            "delete_claims": given.get("delete_claims", ()),
            "lock_timeout": given["lock_timeout"],
            "replan": again,
        }
        if given.get("rollback_on_failure"):
            return carry_out_or_go_back(
                plan,
                target,
                plan_options=self.plan_options(),
                consent=given["yes"],
                **options,
            )
        return carry_out(
            plan,
            cluster=target.cluster,
            store=target.store,
            clock=target.clock,
            holder=target.holder,
            **options,
        )

    def _report(self, plan: Plan, revision: Revision, verb: str) -> None:
        from holdfast import shown_notes
        from holdfast_cli.output.emit import emit
        from holdfast_cli.output.release import header, revision_dict

        shown = shown_notes(revision)
        data = {
            "schema": f"holdfast/{verb}/v1",
            **revision_dict(revision),
            **unfinished_of(plan),
            "summary": plan.summary,
            "remarks": list(plan.remarks),
            "notes": shown,
        }
        notes = "" if self.given.get("hide_notes") or not shown else f"\n\nNOTES:\n{shown}"
        emit(self.console, data, lambda: header(revision) + notes)
