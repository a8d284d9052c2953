"""Which resources an operation is about, where its parameters tell; S3 and KMS have modules of their own.

A template is the end of an ARN in the caller's account and region; see ``Parameters.fill``. An operation
needs its action on every resource that its templates name.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Mapping

Templates = tuple[str, ...]

#: An operation for which AWS defines no resource.
NONE: Templates = ("*",)

_TRAINING, _TUNING = (
    "training-job/{TrainingJobName}",
    "hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
)
_MODEL, _ENDPOINT = "model/{ModelName}", "endpoint/{EndpointName}"
_CONFIGURATION = "endpoint-config/{EndpointConfigName}"
_TAGGED = "{ResourceArn}"

SAGEMAKER: Mapping[str, Templates] = {
    **dict.fromkeys(
        (
            "CreateTrainingJob",
            "DeleteTrainingJob",
            "DescribeTrainingJob",
            "StopTrainingJob",
            "UpdateTrainingJob",
        ),
        (_TRAINING,),
    ),
    **dict.fromkeys(
        (
            "CreateHyperParameterTuningJob",
            "DeleteHyperParameterTuningJob",
            "DescribeHyperParameterTuningJob",
            "ListTrainingJobsForHyperParameterTuningJob",
            "StopHyperParameterTuningJob",
        ),
        (_TUNING,),
    ),
    **dict.fromkeys(("CreateModel", "DeleteModel", "DescribeModel"), (_MODEL,)),
    **dict.fromkeys(
        ("CreateEndpointConfig", "DeleteEndpointConfig", "DescribeEndpointConfig"), (_CONFIGURATION,)
    ),
    **dict.fromkeys(("CreateEndpoint", "UpdateEndpoint"), (_ENDPOINT, _CONFIGURATION)),
    **dict.fromkeys(
        ("DeleteEndpoint", "DescribeEndpoint", "UpdateEndpointWeightsAndCapacities"), (_ENDPOINT,)
    ),
    **dict.fromkeys(("AddTags", "DeleteTags", "ListTags"), (_TAGGED,)),
}

_PROJECT, _REPORTS = "project/{projectName}", "report-group/{reportGroupArn}"
CODEBUILD: Mapping[str, Templates] = {
    **dict.fromkeys(("StartBuild", "ListBuildsForProject", "InvalidateProjectCache"), (_PROJECT,)),
    **dict.fromkeys(("CreateProject", "DeleteProject", "UpdateProject"), ("project/{name}",)),
    "BatchGetProjects": ("project/{names}",),
    "BatchGetBuilds": ("project/{ids before :}",),
    **dict.fromkeys(("RetryBuild", "StopBuild"), ("project/{id before :}",)),
    "CreateReportGroup": ("report-group/{name}",),
    "BatchGetReportGroups": ("{reportGroupArns}",),
    **dict.fromkeys(("DeleteReportGroup", "UpdateReportGroup"), ("{arn}",)),
    "ListReportsForReportGroup": (_REPORTS,),
}

_PIPELINE = "{name}"
CODEPIPELINE: Mapping[str, Templates] = {
    **dict.fromkeys(("CreatePipeline", "UpdatePipeline"), ("{pipeline.name}",)),
    **dict.fromkeys(
        ("DeletePipeline", "GetPipeline", "GetPipelineState", "StartPipelineExecution"), (_PIPELINE,)
    ),
    **dict.fromkeys(
        (
            "GetPipelineExecution",
            "ListActionExecutions",
            "ListPipelineExecutions",
            "StopPipelineExecution",
        ),
        ("{pipelineName}",),
    ),
    **dict.fromkeys(
        ("DisableStageTransition", "EnableStageTransition", "RetryStageExecution", "RollbackStage"),
        ("{pipelineName}/{stageName}",),
    ),
    "PutApprovalResult": ("{pipelineName}/{stageName}/{actionName}",),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{resourceArn}",)),
}

# What is about a group is judged with an empty stream: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/
_GROUP = "log-group:{logGroupName}:log-stream:"
LOGS: Mapping[str, Templates] = {
    **dict.fromkeys(
        (
            "AssociateKmsKey",
            "CreateLogGroup",
            "DeleteLogGroup",
            "DeleteRetentionPolicy",
            "DescribeLogStreams",
            "FilterLogEvents",
            "PutMetricFilter",
            "PutRetentionPolicy",
        ),
        (_GROUP,),
    ),
    **dict.fromkeys(
        ("CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"),
        ("log-group:{logGroupName}:log-stream:{logStreamName}",),
    ),
    "DescribeLogGroups": NONE,
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{resourceArn}",)),
}

_ALARM = "alarm:{AlarmName}"
CLOUDWATCH: Mapping[str, Templates] = {
    "PutMetricAlarm": (_ALARM,),
    "DescribeAlarmHistory": ("alarm:{AlarmName|*}",),
    "DescribeAlarms": ("alarm:{AlarmNames|*}",),
    **dict.fromkeys(("DeleteAlarms", "DisableAlarmActions", "EnableAlarmActions"), ("alarm:{AlarmNames}",)),
    "SetAlarmState": (_ALARM,),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{ResourceARN}",)),
    **dict.fromkeys(("GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"), NONE),
}

_CATALOG, _DATABASE, _TABLES = "catalog", "database/{DatabaseName}", "table/{DatabaseName}/"
_OF_TABLE = (_CATALOG, _DATABASE, _TABLES + "{Name}")
_OF_PARTITION = (_CATALOG, _DATABASE, _TABLES + "{TableName}")
GLUE: Mapping[str, Templates] = {
    **dict.fromkeys(("GetDatabase", "DeleteDatabase", "UpdateDatabase"), (_CATALOG, "database/{Name}")),
    "CreateDatabase": (_CATALOG, "database/{DatabaseInput.Name}"),
    "GetDatabases": (_CATALOG,),
    **dict.fromkeys(("GetTable", "DeleteTable"), _OF_TABLE),
    **dict.fromkeys(("CreateTable", "UpdateTable"), (_CATALOG, _DATABASE, _TABLES + "{TableInput.Name}")),
    "GetTables": (_CATALOG, _DATABASE, _TABLES + "*"),
    **dict.fromkeys(
        (
            "BatchCreatePartition",
            "BatchDeletePartition",
            "BatchGetPartition",
            "BatchUpdatePartition",
            "CreatePartition",
            "DeletePartition",
            "GetPartition",
            "GetPartitions",
            "UpdatePartition",
        ),
        _OF_PARTITION,
    ),
    **dict.fromkeys(
        ("DeleteCrawler", "GetCrawler", "StartCrawler", "StopCrawler", "UpdateCrawler"),
        ("crawler/{Name}",),
    ),
    **dict.fromkeys(("GetTags", "TagResource", "UntagResource"), ("{ResourceArn}",)),
    **dict.fromkeys(("CreateCrawler", "GetClassifier", "GetSecurityConfiguration"), NONE),
}

ATHENA: Mapping[str, Templates] = {
    **dict.fromkeys(("ListQueryExecutions", "StartQueryExecution"), ("workgroup/{WorkGroup|primary}",)),
    **dict.fromkeys(("DeleteWorkGroup", "GetWorkGroup", "UpdateWorkGroup"), ("workgroup/{WorkGroup}",)),
    "CreateWorkGroup": ("workgroup/{Name}",),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{ResourceARN}",)),
}

EVENTS: Mapping[str, Templates] = {
    **dict.fromkeys(("DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "PutRule"), ("rule/{Name}",)),
    **dict.fromkeys(("ListTargetsByRule", "PutTargets", "RemoveTargets"), ("rule/{Rule}",)),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{ResourceARN}",)),
}

SNS: Mapping[str, Templates] = {
    "CreateTopic": ("{Name}",),
    **dict.fromkeys(
        (
            "DeleteTopic",
            "GetTopicAttributes",
            "ListSubscriptionsByTopic",
            "Publish",
            "SetTopicAttributes",
            "Subscribe",
        ),
        ("{TopicArn}",),
    ),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{ResourceArn}",)),
}

PARAMETERS: Mapping[str, Templates] = {
    **dict.fromkeys(("DeleteParameter", "GetParameter", "PutParameter"), ("parameter{Name path}",)),
    "GetParameters": ("parameter{Names path}",),
    "GetParametersByPath": ("parameter{Path path}",),
}

CONNECTIONS: Mapping[str, Templates] = {
    **dict.fromkeys(("DeleteConnection", "GetConnection"), ("{ConnectionArn}",)),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{ResourceArn}",)),
    "ListConnections": NONE,
}

AUTOSCALING: Mapping[str, Templates] = {
    **dict.fromkeys(
        (
            "DeleteScalingPolicy",
            "DeleteScheduledAction",
            "DeregisterScalableTarget",
            "PutScalingPolicy",
            "PutScheduledAction",
            "RegisterScalableTarget",
        ),
        ("scalable-target/*",),
    ),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("{ResourceARN}",)),
    **dict.fromkeys(("DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions"), NONE),
}

#: By the name that requests are signed for; the ARN's service where it is another.
SERVICES: Mapping[str, Mapping[str, Templates]] = {
    "application-autoscaling": AUTOSCALING,
    "athena": ATHENA,
    "codebuild": CODEBUILD,
    "codeconnections": CONNECTIONS,
    "codepipeline": CODEPIPELINE,
    "codestar-connections": CONNECTIONS,
    "events": EVENTS,
    "glue": GLUE,
    "logs": LOGS,
    "monitoring": CLOUDWATCH,
    "sagemaker": SAGEMAKER,
    "sns": SNS,
    "ssm": PARAMETERS,
}

#: Where actions and ARNs are called otherwise than requests are signed.
PREFIXES: Mapping[str, str] = {"monitoring": "cloudwatch", "tagging": "tag"}

#: Which parameter hands a role to which service: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
PASSED_ROLES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("application-autoscaling", "RegisterScalableTarget"): ("RoleARN", "application-autoscaling"),
    ("codebuild", "CreateProject"): ("serviceRole", "codebuild"),
    ("codebuild", "UpdateProject"): ("serviceRole", "codebuild"),
    ("codepipeline", "CreatePipeline"): ("pipeline.roleArn", "codepipeline"),
    ("codepipeline", "UpdatePipeline"): ("pipeline.roleArn", "codepipeline"),
    ("events", "PutRule"): ("RoleArn", "events"),
    ("events", "PutTargets"): ("Targets.RoleArn", "events"),
    ("glue", "CreateCrawler"): ("Role", "glue"),
    ("glue", "UpdateCrawler"): ("Role", "glue"),
    ("sagemaker", "CreateHyperParameterTuningJob"): ("TrainingJobDefinition.RoleArn", "sagemaker"),
    ("sagemaker", "CreateModel"): ("ExecutionRoleArn", "sagemaker"),
    ("sagemaker", "CreateTrainingJob"): ("RoleArn", "sagemaker"),
}
