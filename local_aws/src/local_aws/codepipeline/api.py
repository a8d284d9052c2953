"""CodePipeline's operations on executions, as the API reference names them."""

from __future__ import annotations

import logging
from typing import Any

from local_aws.codepipeline.approvals import APPROVED, REJECTED
from local_aws.codepipeline.declaration import Declaration, Stage, not_emulated
from local_aws.codepipeline.engine import CodePipeline
from local_aws.codepipeline.execution import SUCCEEDED, Execution, Trigger
from local_aws.codepipeline.history import describe, detail, summarize
from local_aws.codepipeline.pipeline import Pipeline
from local_aws.codepipeline.state import describe_stages
from local_aws.hooks import Call, Hooks, Params, ServiceError

log = logging.getLogger("local_aws")


class Api:
    """Registers the operations and answers them from the engine."""

    def __init__(self, hooks: Hooks, engine: CodePipeline) -> None:
        self._engine = engine
        for operation, handler in {
            "StartPipelineExecution": self._start,
            "StopPipelineExecution": self._stop,
            "RetryStageExecution": self._retry,
            "PutApprovalResult": self._answer,
            "EnableStageTransition": lambda call: self._set_transition(call, enabled=True),
            "DisableStageTransition": lambda call: self._set_transition(call, enabled=False),
            "GetPipelineState": self._state,
            "GetPipelineExecution": self._get,
            "ListPipelineExecutions": self._list,
            "ListActionExecutions": self._list_actions,
        }.items():
            hooks.handle("codepipeline", operation, handler)
        hooks.after("codepipeline", "UpdatePipeline", _warn)
        hooks.after("codepipeline", "CreatePipeline", self._created)
        hooks.after("codepipeline", "DeletePipeline", self._deleted)

    def _start(self, call: Call) -> Params:
        params = call.params
        pipeline = self._pipeline(call, "name")
        token = params.get("clientRequestToken", "")
        with pipeline.changed:
            if token not in pipeline.tokens:
                execution = self._engine.start(
                    pipeline,
                    Trigger("StartPipelineExecution", _caller(call)),
                    variables={each["name"]: each["value"] for each in params.get("variables") or []},
                    revisions={
                        r["actionName"]: r["revisionValue"] for r in params.get("sourceRevisions") or []
                    },
                )
                if not token:
                    return {"pipelineExecutionId": execution.id}
                pipeline.tokens[token] = execution.id
            return {"pipelineExecutionId": pipeline.tokens[token]}

    def _stop(self, call: Call) -> Params:
        pipeline = self._pipeline(call)
        execution = _execution(pipeline, call.params["pipelineExecutionId"])
        abandon = bool(call.params.get("abandon"))
        self._engine.stop(pipeline, execution, abandon, call.params.get("reason") or "")
        return {"pipelineExecutionId": execution.id}

    def _retry(self, call: Call) -> Params:
        pipeline = self._pipeline(call)
        execution = _execution(pipeline, call.params["pipelineExecutionId"])
        name = call.params["stageName"]
        self._require_stage(call, name)
        stay = execution.stages.get(name)
        if stay is None:
            message = f"Execution {execution.id} has not been in the stage {name}"
            raise ServiceError("StageNotRetryableException", message)
        self._engine.retry(pipeline, stay, all_actions=call.params["retryMode"] == "ALL_ACTIONS")
        return {"pipelineExecutionId": execution.id}

    def _answer(self, call: Call) -> Params:
        params = call.params
        pipeline = self._pipeline(call)
        stage = self._require_stage(call, params["stageName"])
        if params["actionName"] not in [action.name for action in stage.actions]:
            message = f"The stage {stage.name} has no action {params['actionName']}"
            raise ServiceError("ActionNotFoundException", message)
        status = params["result"]["status"]
        if status not in (APPROVED, REJECTED):
            message = f"result.status: given {status}; allowed: {APPROVED}, {REJECTED}"
            raise ServiceError("ValidationException", message)
        run = pipeline.gate(stage.name).actions.get(params["actionName"])
        if run is None:
            raise ServiceError("InvalidApprovalTokenException", "The approval token is not valid")
        summary = params["result"].get("summary", "")
        moment = self._engine.approvals.answer(run, params["token"], status, summary, _caller(call))
        return {"approvedAt": round(moment, 3)}

    def _set_transition(self, call: Call, *, enabled: bool) -> Params:
        pipeline = self._pipeline(call)
        stage = self._require_stage(call, call.params["stageName"])
        if call.params["transitionType"] != "Inbound":
            given = call.params["transitionType"]
            raise ServiceError("ValidationException", f"transitionType: given {given}; allowed: Inbound")
        pipeline.set_transition(stage.name, enabled, call.params.get("reason", ""), _caller(call))
        return {}

    def _state(self, call: Call) -> Params:
        pipeline, declaration = self._pipeline(call, "name"), self._declaration(call, "name")
        return {
            "pipelineName": pipeline.name,
            "pipelineVersion": declaration.version,
            "stageStates": describe_stages(pipeline, declaration),
            **self._engine.times(pipeline),
        }

    def _get(self, call: Call) -> Params:
        execution = _execution(self._pipeline(call), call.params["pipelineExecutionId"])
        return {"pipelineExecution": describe(execution)}

    def _list(self, call: Call) -> Params:
        executions = list(self._pipeline(call).executions.values())[::-1]
        stage = call.params.get("filter", {}).get("succeededInStage", {}).get("stageName")
        if stage:
            executions = [e for e in executions if stage in e.stages and e.stages[stage].status == SUCCEEDED]
        return _page(call, "pipelineExecutionSummaries", [summarize(execution) for execution in executions])

    def _list_actions(self, call: Call) -> Params:
        pipeline = self._pipeline(call)
        wanted = call.params.get("filter", {})
        execution_id = wanted.get("pipelineExecutionId") or wanted.get("latestInPipelineExecution", {}).get(
            "pipelineExecutionId"
        )
        executions = list(pipeline.executions.values())
        if execution_id:
            executions = [_execution(pipeline, execution_id)]
        details = [detail(execution, run) for execution in executions for run in list(execution.actions)]
        return _page(call, "actionExecutionDetails", details[::-1])

    def _created(self, call: Call, reply: Params) -> Params:
        name = call.params["pipeline"]["name"]
        self._engine.start_first(self._engine.pipeline(call.account_id, call.region, name))
        return _warn(call, reply)

    def _deleted(self, call: Call, reply: Params) -> Params:
        self._engine.forget(call.account_id, call.region, call.params["name"])
        return reply

    def _pipeline(self, call: Call, key: str = "pipelineName") -> Pipeline:
        return self._engine.pipeline(call.account_id, call.region, call.params[key])

    def _declaration(self, call: Call, key: str = "pipelineName") -> Declaration:
        return self._engine.declaration(call.account_id, call.region, call.params[key])

    def _require_stage(self, call: Call, name: str) -> Stage:
        stage = self._declaration(call).stage(name)
        if stage is None:
            raise ServiceError("StageNotFoundException", f"The pipeline has no stage {name}")
        return stage


def _warn(call: Call, reply: Params) -> Params:
    declared = call.params["pipeline"]
    for setting in not_emulated(declared):
        log.warning("pipeline %s, stage %s is not emulated and has no effect", declared["name"], setting)
    return reply


def _execution(pipeline: Pipeline, execution_id: str) -> Execution:
    execution = pipeline.executions.get(execution_id)
    if execution is None:
        message = f"Pipeline '{pipeline.name}' has no execution with id '{execution_id}'"
        raise ServiceError("PipelineExecutionNotFoundException", message)
    return execution


def _caller(call: Call) -> str:
    return f"arn:aws:iam::{call.account_id}:root"


def _page(call: Call, name: str, items: list[dict[str, Any]]) -> Params:
    start, size = int(call.params.get("nextToken") or 0), call.params.get("maxResults") or 100
    page: Params = {name: items[start : start + size]}
    return page | ({"nextToken": str(start + size)} if start + size < len(items) else {})
