"""What a push starts, told to the person who pushes.

The hook of a repository posts what git tells it; the answer is JSON lines: ``text`` for the person, and at
the end ``well``, whether no pipeline has failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from local_aws.codepipeline.declaration import Action
from local_aws.codepipeline.engine import CodePipeline
from local_aws.codepipeline.execution import Trigger
from local_aws.codepipeline.pipeline import Pipeline
from local_aws.codepipeline.progress import Progress
from local_aws.codepipeline.triggers import Push, decide
from local_aws.codepipeline.watch import Watch
from local_aws.command import command
from local_aws.git import NO_COMMIT, GitServer
from local_aws.git_command import GitError
from local_aws.hooks import Call, Reply, ServiceError
from local_aws.runtime import Runtime

SKIP, NO_FOLLOW = "ci.skip", "no-follow"
_REFS = {"refs/heads/": False, "refs/tags/": True}


class Pushes:
    """Starts the pipelines that a push concerns."""

    def __init__(self, engine: CodePipeline, runtime: Runtime) -> None:
        self._engine = engine
        self._git = GitServer(runtime.folder)
        self._command = partial(command, runtime.folder)
        self._watch = Watch(runtime)

    def receive(self, call: Call) -> Reply:
        """Start what there is to start, then tell of it, and unless told otherwise of its way."""
        repository, options = call.params["repository"], call.params["options"]
        started: list[Progress] = []
        told = [
            f"Unknown push option {option}; there are: {SKIP}, {NO_FOLLOW}"
            for option in options
            if option not in (SKIP, NO_FOLLOW)
        ]
        fed = self._engine.fed_by(repository)
        if SKIP in options:
            told.append(f"The push option {SKIP} is given.")
        elif not fed:
            told.append(f"No pipeline has {repository} as its source.")
        else:
            for old, new, ref in call.params["updates"]:
                told += self._take(repository, old, new, ref, fed, started)
        return self._watch.reply(told + self._afterwards(started, options), self._followed(started, options))

    def _take(
        self,
        repository: str,
        old: str,
        new: str,
        ref: str,
        fed: list[tuple[Pipeline, Action]],
        started: list[Progress],
    ) -> Iterator[str]:
        """Decide about one branch or tag; what is started is added to ``started``."""
        prefix = next((prefix for prefix in _REFS if ref.startswith(prefix)), None)
        if prefix is None or new == NO_COMMIT:
            yield f"{ref}: {'deleted' if prefix else 'neither a branch nor a tag'}"
            return
        try:
            files = None if old == NO_COMMIT else self._git.changed_files(repository, old, new)
            commit = self._git.commit(repository, new)
        except GitError as error:
            yield f"{ref}: {error}"
            return
        push = Push(ref.removeprefix(prefix), _REFS[prefix], files)
        changed = "new" if files is None else f"{len(files)} file{'' if len(files) == 1 else 's'} changed"
        yield f"{push.name} at {commit.commit_id[:12]}, {changed}:"
        for pipeline, source in fed:
            yield f"  {self._start(pipeline, source, repository, push, commit.commit_id, started)}"

    def _start(
        self,
        pipeline: Pipeline,
        source: Action,
        repository: str,
        push: Push,
        commit_id: str,
        started: list[Progress],
    ) -> str:
        declaration = self._engine.declaration(pipeline.account_id, pipeline.region, pipeline.name)
        verdict = decide(declaration, source, push)
        if not verdict.starts:
            return f"{pipeline.name} does not start: {verdict.reason}"
        kind = "PollForSourceChanges" if source.kind == ("Source", "GitHub") else "WebhookV2"
        detail = f"Push to the {push.kind} {push.name} of {repository}: {commit_id}"
        trigger = Trigger(kind, detail, "" if push.is_tag else push.name)
        try:
            execution = self._engine.start(pipeline, trigger, revisions={source.name: commit_id})
        except ServiceError as error:
            return f"{pipeline.name} cannot start: {error.message}"
        started.append(Progress(pipeline, execution, self._command))
        return f"{pipeline.name} starts: {verdict.reason}"

    def _afterwards(self, started: list[Progress], options: list[str]) -> list[str]:
        if not started:
            return ["Nothing starts."]
        follow = self._command("follow")
        if NO_FOLLOW in options:
            return [f"To follow: {follow}"]
        return [f"Ctrl-C ends the following only, not the pipelines. To follow again: {follow}"]

    @staticmethod
    def _followed(started: list[Progress], options: list[str]) -> list[Progress]:
        return [] if NO_FOLLOW in options else started
