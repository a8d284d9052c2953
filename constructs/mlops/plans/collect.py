"""From the project's folder to a review: synthesize, choose the stacks, plan them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mlops.plans.review import FailedPlan, Review
from mlops.plans.stack_plan import StackPlan
from mlops.plans.synthesis import (
    SynthesisError,
    Synthesized,
    changed_since,
    library_changed,
    merge_base,
    synthesize,
)
from mlops.plans.terraform import Terraform, missing_local_state
from mlops.spec import InvalidInputError, Problem


@dataclass(frozen=True)
class Base:
    """The commit to compare with, and the branch that it was found by."""

    commit: str
    branch: str


@dataclass(frozen=True)
class Request:
    """What to plan: the stacks of ``example`` that differ from ``base``; None is every example, every stack.

    ``releases`` are the ``release.json`` files from which endpoint stacks are synthesized.
    """

    example: str | None = None
    base: Base | None = None
    releases: tuple[Path, ...] = ()
    drift: bool = False


class Collector:
    """Plans the stacks of ``project`` with Terraform in ``environment``; ``say`` hears what is being done."""

    def __init__(self, project: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._project = project
        self._terraform = Terraform(environment)
        self._say = say
        self._notes: list[str] = []

    def review(self, request: Request) -> Review:
        """The review that was asked for."""
        self._say("Synthesizing the stacks")
        try:
            now = synthesize(self._project, request.releases)
        except SynthesisError as error:
            remedy = "`python main.py` ends with the same words: fix what they name."
            return Review((), (FailedPlan("the stacks", str(error), remedy),), drift=request.drift)
        self._notes = [f"{note}." for note in now.left_out]
        stacks = [stack for stack in self._chosen(now, request) if self._has_state(stack, now)]
        results = self._planned(stacks, now, request.drift)
        return Review(
            tuple(result for result in results if isinstance(result, StackPlan)),
            tuple(result for result in results if isinstance(result, FailedPlan)),
            _compared_with(request),
            tuple(self._notes),
            request.drift,
        )

    def _chosen(self, now: Synthesized, request: Request) -> list[str]:
        stacks = [stack for stack in now.stacks if _belongs(stack, request.example)]
        if request.base is None:
            return stacks
        self._say(f"Synthesizing the stacks of {request.base.commit[:12]}")
        try:
            changed, gone = changed_since(request.base.commit, self._project, now, request.releases)
        except SynthesisError as error:
            last = str(error).splitlines()[-1]
            self._notes.append(
                f"Every stack is planned: {request.base.branch} cannot be synthesized ({last})."
            )
            return stacks
        self._notes += [
            f"**{stack} is synthesized no more**, and what it deployed stays. If it should go, run "
            f"`cdktf destroy {stack}` from {request.base.branch} before this is merged."
            for stack in gone
            if _belongs(stack, request.example)
        ]
        if library_changed(request.base.commit, self._project):
            self._notes.append(
                "Every stack is planned: the library differs (requirements.txt or its source), which may "
                f"make other stacks of the same settings; "
                f"{request.base.branch} was synthesized with the version that is installed."
            )
            return stacks
        return [stack for stack in stacks if stack in changed]

    def _has_state(self, stack: str, now: Synthesized) -> bool:
        missing = missing_local_state(now.stacks[stack])
        if missing:
            self._notes.append(
                f"{stack} is not planned: its state is the file {missing.name}, which is not on this machine."
            )
        return missing is None

    def _planned(self, stacks: Sequence[str], now: Synthesized, drift: bool) -> list[StackPlan | FailedPlan]:
        failed = {}
        for stack in stacks:
            self._say(f"{stack}: terraform init")
            failure = self._terraform.init(stack, now.stacks[stack])
            if failure:
                failed[stack] = failure

        def plan(stack: str) -> StackPlan | FailedPlan:
            if stack in failed:
                return failed[stack]
            self._say(f"{stack}: terraform plan")
            return self._terraform.plan(stack, now.stacks[stack], drift=drift)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            try:
                return list(pool.map(plan, stacks))
            except KeyboardInterrupt:
                self._terraform.interrupt()
                raise


def base_of(project: Path, named: str | None, branch: str) -> Base:
    """The commit to compare with: where ``named`` left off, else ``branch`` at its origin or here.

    Raises:
        InvalidInputError: there is no such commit here.
    """
    references = (named,) if named else (f"origin/{branch}", branch)
    found = merge_base(project, *references)
    if found is None:
        remedy = "Fetch it (`git fetch --unshallow` in a shallow clone), name another, or plan --all stacks."
        allowed = "a branch or commit that shares history with the working tree"
        raise InvalidInputError([Problem("plan", "--base", " or ".join(references), allowed, remedy)])
    return Base(commit=found[1], branch=found[0])


def manifests_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The ``release.json`` files that are named, or are in the folders that are."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.json"))
        else:
            yield path


def _belongs(stack: str, example: str | None) -> bool:
    return example is None or stack.startswith(f"{example}-")


def _compared_with(request: Request) -> str:
    if request.base is None:
        return "Every stack was looked at."
    return f"Stacks whose output differs from `{request.base.commit[:12]}` ({request.base.branch})."
