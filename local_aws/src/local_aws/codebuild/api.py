"""CodeBuild's operations on builds, as the API reference names them."""

from __future__ import annotations

from local_aws.codebuild.build import IN_PROGRESS, Build
from local_aws.codebuild.engine import CodeBuild
from local_aws.hooks import Call, Hooks, Params, ServiceError

_PAGE = 100


class Api:
    """Registers the operations and answers them from the engine."""

    def __init__(self, hooks: Hooks, engine: CodeBuild) -> None:
        self._engine = engine
        for operation, handler in {
            "StartBuild": self._start,
            "RetryBuild": self._retry,
            "StopBuild": self._stop,
            "BatchGetBuilds": self._batch_get,
            "ListBuilds": self._list,
            "ListBuildsForProject": self._list_for_project,
        }.items():
            hooks.handle("codebuild", operation, handler)
        hooks.after("codebuild", "DeleteProject", self._end_builds)

    def _start(self, call: Call) -> Params:
        return {"build": self._engine.start(call.account_id, call.region, call.params).describe()}

    def _retry(self, call: Call) -> Params:
        old = self._build(call)
        if not old.done.is_set():
            raise ServiceError("InvalidInputException", f"Build {old.id} has not ended")
        return {"build": self._engine.start(call.account_id, call.region, old.request, old.job).describe()}

    def _stop(self, call: Call) -> Params:
        build = self._build(call)
        if build.status == IN_PROGRESS:
            self._engine.stop(build)
        return {"build": build.describe()}

    def _batch_get(self, call: Call) -> Params:
        found = {build_id: self._engine.get(build_id) for build_id in call.params["ids"]}
        return {
            "builds": [build.describe() for build in found.values() if build is not None],
            "buildsNotFound": [build_id for build_id, build in found.items() if build is None],
        }

    def _list(self, call: Call) -> Params:
        return _page(call, self._engine.builds(call.account_id, call.region))

    def _list_for_project(self, call: Call) -> Params:
        name = call.params["projectName"].rpartition(":project/")[2]
        builds = self._engine.builds(call.account_id, call.region)
        return _page(call, [build for build in builds if build.project_name == name])

    def _end_builds(self, call: Call, reply: Params) -> Params:
        name = call.params["name"].rpartition("/")[2]  # The Terraform provider gives the ARN.
        for build in self._engine.builds(call.account_id, call.region):
            if build.project_name == name and build.status == IN_PROGRESS:
                self._engine.stop(build)
        return reply

    def _build(self, call: Call) -> Build:
        build = self._engine.get(call.params["id"])
        if build is None:
            raise ServiceError("ResourceNotFoundException", f"Build {call.params['id']} does not exist")
        return build


def _page(call: Call, builds: list[Build]) -> Params:
    """The ids of a page of builds, newest first unless the call asks otherwise."""
    ids = [build.id for build in builds]
    if call.params.get("sortOrder") != "ASCENDING":
        ids.reverse()
    start = int(call.params.get("nextToken") or 0)
    page: Params = {"ids": ids[start : start + _PAGE]}
    return page | ({"nextToken": str(start + _PAGE)} if start + _PAGE < len(ids) else {})
