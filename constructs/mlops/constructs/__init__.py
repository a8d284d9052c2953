"""CDKTF constructs that train, gate and release SageMaker models.

What ``__all__`` lists is the public API: ``from mlops.constructs import PrivateBucket, PrivateBucketConfig``.
A construct takes a frozen configuration, refuses bad input before it makes anything, and offers grants.
"""

from mlops.toolchain import bindings

# Before cdktf, for which this chooses the Node, and before anything imports the AWS bindings the slow way.
bindings.seed()

from mlops.constructs.assumable_role import AssumableRole, AssumableRoleConfig
from mlops.constructs.automatic_rollback import AutomaticRollback
from mlops.constructs.bucket_access import ImportedBucket
from mlops.constructs.bucket_share import BucketShare
from mlops.constructs.build_project import BuildContext, BuildProject, BuildProjectConfig
from mlops.constructs.cross_account_endpoint_access import CrossAccountEndpointAccess
from mlops.constructs.data_catalog import DataCatalog, DataCatalogConfig
from mlops.constructs.data_drift_alarm import DataDriftAlarm
from mlops.constructs.encryption_key import EncryptionKey, EncryptionKeyConfig
from mlops.constructs.endpoint_access import EndpointAccess
from mlops.constructs.endpoint_execution_role import EndpointExecutionRole, EndpointExecutionRoleConfig
from mlops.constructs.endpoint_gate import EndpointGate, EndpointGateConfig
from mlops.constructs.failure_notice import FailureNotice, FailureNoticeConfig
from mlops.constructs.github_oidc import GitHubOidc, GitHubRole, GitHubRoleConfig
from mlops.constructs.github_source import GitHubConnection, GitHubToken, PipelineSource
from mlops.constructs.imported_endpoint import ImportedEndpoint
from mlops.constructs.manual_approval import ManualApproval
from mlops.constructs.metric import AlarmConfig, Metric
from mlops.constructs.ml_pipeline import MlPipeline, MlPipelineConfig, ReleaseStage
from mlops.constructs.model_endpoint import ModelEndpoint, ModelEndpointConfig
from mlops.constructs.monitoring_pipeline import MonitoringPipeline, MonitoringPipelineConfig
from mlops.constructs.notification_topic import NotificationTopic, NotificationTopicConfig
from mlops.constructs.pinned_library import PinnedLibrary
from mlops.constructs.pipeline_key import PipelineKey
from mlops.constructs.pipeline_schedule import PipelineSchedule, PipelineScheduleConfig
from mlops.constructs.plan_access import PlanAccess
from mlops.constructs.policy import Condition, Principal, Statement
from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
from mlops.constructs.query_workgroup import QueryWorkgroup, QueryWorkgroupConfig
from mlops.constructs.remote_state import RemoteState, RemoteStateConfig
from mlops.constructs.review_step import ReviewStep
from mlops.constructs.role import Role
from mlops.constructs.sagemaker_role import SageMakerRole, SageMakerRoleConfig
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.constructs.synth_step import SynthStep
from mlops.constructs.terraform_step import TerraformStep, TerraformStepConfig
from mlops.constructs.training_data import TrainingData, TrainingDataConfig
from mlops.constructs.training_data_access import TrainingDataAccess
from mlops.constructs.training_step import TrainingStep, TrainingStepConfig

__all__ = [
    "AlarmConfig",
    "AssumableRole",
    "AssumableRoleConfig",
    "AutomaticRollback",
    "BucketShare",
    "BuildContext",
    "BuildProject",
    "BuildProjectConfig",
    "Condition",
    "CrossAccountEndpointAccess",
    "DataCatalog",
    "DataCatalogConfig",
    "DataDriftAlarm",
    "EncryptionKey",
    "EncryptionKeyConfig",
    "EndpointAccess",
    "EndpointExecutionRole",
    "EndpointExecutionRoleConfig",
    "EndpointGate",
    "EndpointGateConfig",
    "FailureNotice",
    "FailureNoticeConfig",
    "GitHubConnection",
    "GitHubOidc",
    "GitHubRole",
    "GitHubRoleConfig",
    "GitHubToken",
    "ImportedBucket",
    "ImportedEndpoint",
    "ManualApproval",
    "Metric",
    "MlPipeline",
    "MlPipelineConfig",
    "ModelEndpoint",
    "ModelEndpointConfig",
    "MonitoringPipeline",
    "MonitoringPipelineConfig",
    "NotificationTopic",
    "NotificationTopicConfig",
    "PinnedLibrary",
    "PipelineKey",
    "PipelineSchedule",
    "PipelineScheduleConfig",
    "PipelineSource",
    "PlanAccess",
    "Principal",
    "PrivateBucket",
    "PrivateBucketConfig",
    "QueryWorkgroup",
    "QueryWorkgroupConfig",
    "ReleaseStage",
    "RemoteState",
    "RemoteStateConfig",
    "ReviewStep",
    "Role",
    "SageMakerRole",
    "SageMakerRoleConfig",
    "ServiceRole",
    "ServiceRoleConfig",
    "Statement",
    "SynthStep",
    "TerraformStep",
    "TerraformStepConfig",
    "TrainingData",
    "TrainingDataAccess",
    "TrainingDataConfig",
    "TrainingStep",
    "TrainingStepConfig",
]
