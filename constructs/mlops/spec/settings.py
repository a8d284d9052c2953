"""The user's settings: ``mlops.toml`` for all examples and ``examples/<name>/example.toml`` for one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops.spec.ecr import IMAGE_PATTERN, EcrImage
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_limits import validate_endpoint
from mlops.spec.instance_types import MlInstance
from mlops.spec.monitoring import Monitoring, Retraining, unmonitored
from mlops.spec.names import Names
from mlops.spec.problems import InvalidInputError, Model, Problem, parse_toml
from mlops.spec.versions import Versioned

ENVIRONMENTS = ("qa", "prod")

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$")]
AccountId = Annotated[str, Field(pattern=r"^\d{12}$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
# A decimal number as it is written: 1.10 is no 1.1.
Hyperparameter = bool | int | Decimal | str
OwnImage = Annotated[
    str | None,
    Field(
        pattern=IMAGE_PATTERN,
        description="an ECR image with its tag or digest, such as "
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1; left out, AWS's own image",
    ),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Aws(_Strict):
    """Where everything is deployed."""

    account_id: AccountId = Field(description="an AWS account id of 12 digits, in quotes")
    region: Region = Field(description="a region such as eu-west-1")
    state_bucket: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="an S3 bucket name of 3 to 63 characters; left out, a name is computed",
    )
    state_bucket_exists: bool = Field(default=False, description="true once the bootstrap stack is deployed")


class Source(_Strict):
    """The GitHub repository whose pushes run the pipelines, and how the pipelines may read it."""

    owner: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}$", description="a GitHub user or organisation"
    )
    repository: str = Field(pattern=r"^[A-Za-z0-9._-]{1,100}$", description="a GitHub repository's name")
    branch: str = Field(pattern=r"^[A-Za-z0-9._/-]{1,255}$", description="a branch name")
    connection_arn: str | None = Field(
        default=None,
        pattern=r"^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/[0-9a-f-]{36}$",
        description="the ARN of a CodeConnections connection",
    )
    token_secret_arn: str | None = Field(
        default=None,
        pattern=r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$",
        description="the ARN of a Secrets Manager secret that holds a personal access token",
    )

    oidc_provider_exists: bool = Field(
        default=False, description="true if the account already has an identity provider for GitHub's tokens"
    )

    @property
    def full_repository_id(self) -> str:
        """``owner/repository``, as CodeConnections names it."""
        return f"{self.owner}/{self.repository}"

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.connection_arn is None) == (self.token_secret_arn is None):
            raise ValueError("exactly one of connection_arn and token_secret_arn")
        return self


class Approval(_Strict):
    """Who is asked before PROD changes."""

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", description="an e-mail address")
    plan_valid_hours: int = Field(
        default=24, ge=1, le=168, description="1 to 168 hours in which a plan may be approved and applied"
    )


class Environment(_Strict):
    """Where the endpoints of one environment live; what is left out is as in ``[aws]``."""

    account_id: AccountId | None = Field(
        default=None, description="an AWS account id of 12 digits, in quotes; left out, that of [aws]"
    )
    region: Region | None = Field(
        default=None, description="a region such as eu-west-1; left out, that of [aws]"
    )


class Environments(_Strict):
    """The environments that have an account or a region of their own."""

    qa: Environment = Environment()
    prod: Environment = Environment()


class Project(_Strict, Versioned):
    """``mlops.toml``."""

    schema_version: int = 1
    project: Slug = Field(description="2 to 20 characters of a-z, 0-9 and -, the prefix of every name")
    aws: Aws
    environments: Environments = Environments()
    source: Source
    approval: Approval


class Tuning(_Strict):
    """Hyperparameter tuning, in place of one training job."""

    enabled: bool = False
    max_jobs: int = Field(default=8, ge=1, le=500)
    max_parallel_jobs: int = Field(default=2, ge=1, le=100)


class Training(_Strict):
    """The SageMaker training job; ``hyperparameters`` are the algorithm's own, as its guide names them.

    ``image`` is a container of the user's own, in place of the one that the example's code names.
    """

    image: OwnImage = None

    instance_type: MlInstance
    instance_count: int = Field(default=1, ge=1, le=100)
    volume_size_gb: int = Field(default=30, ge=1, le=16384)
    max_runtime_seconds: int = Field(default=3600, ge=60, le=432_000)
    hyperparameters: dict[str, Hyperparameter] = Field(default_factory=dict)
    tuning: Tuning = Tuning()


class Endpoints(_Strict):
    """The two environments; ``image`` as in ``Training``."""

    image: OwnImage = None
    qa: Endpoint
    prod: Endpoint

    def of(self, environment: str) -> Endpoint:
        """The endpoint of ``qa`` or ``prod``."""
        return self.qa if environment == "qa" else self.prod


class Trigger(_Strict):
    """Which changed files start the pipeline."""

    file_paths: tuple[str, ...] = Field(min_length=1, max_length=8, description="1 to 8 glob patterns")


class ExampleSettings(_Strict):
    """``examples/<name>/example.toml``; ``name`` is the folder's."""

    name: Slug
    training: Training
    endpoint: Endpoints
    trigger: Trigger
    retraining: Retraining | None = None
    monitoring: Monitoring | None = None


class Settings(_Strict):
    """Everything an example's stacks are built from."""

    project: Project
    example: ExampleSettings

    @property
    def names(self) -> Names:
        """The physical names of this example's resources, all but those of an environment that is remote."""
        aws = self.project.aws
        return Names(self.project.project, self.example.name, aws.account_id, aws.region, aws.state_bucket)

    def names_in(self, environment: str) -> Names:
        """The physical names of what belongs to the endpoint of ``qa`` or ``prod``."""
        aws, own = self.project.aws, getattr(self.project.environments, environment)
        account_id, region = own.account_id or aws.account_id, own.region or aws.region
        if (account_id, region) == (aws.account_id, aws.region):
            return self.names
        return Names(
            self.project.project,
            self.example.name,
            account_id,
            region,
            primary=self.names,
            environment=environment,
        )

    @property
    def remote_environments(self) -> list[str]:
        """The environments that have an account or a region of their own."""
        return [environment for environment in ENVIRONMENTS if self.names_in(environment).primary]

    @property
    def cross_account_environments(self) -> list[str]:
        """The environments that have an account of their own."""
        own = self.names.account_id
        return [each for each in self.remote_environments if self.names_in(each).account_id != own]

    @property
    def further_regions(self) -> list[str]:
        """The regions that models are served in, apart from the one that they are trained in."""
        regions = {self.names_in(environment).region for environment in ENVIRONMENTS}
        return sorted(regions - {self.names.region})


def load_settings(root: Path, example: str) -> Settings:
    """The settings of one example under the project's root, both files checked before either is refused.

    Raises:
        InvalidInputError: with every problem of both files.
    """
    problems: list[Problem] = []

    def parse(path: Path, model: type[Model], **extra: str) -> Model | None:
        try:
            # Hyperparameters are handed on as they are written.
            return parse_toml(path, model, Decimal, **extra)
        except InvalidInputError as error:
            problems.extend(error.problems)
            return None

    project = parse(root / "mlops.toml", Project)
    own = parse(root / "examples" / example / "example.toml", ExampleSettings, name=example)
    if project and own:
        problems.extend(_images_elsewhere(project.aws, own))
        problems.extend(unmonitored(own.monitoring, own.endpoint.prod))
        settings = Settings(project=project, example=own)
        for environment in ENVIRONMENTS:
            endpoint = own.endpoint.of(environment)
            problems.extend(validate_endpoint(environment, endpoint, settings.names_in(environment).region))
    if project is None or own is None or problems:
        raise InvalidInputError(problems)
    return settings


def example_names(root: Path) -> list[str]:
    """The examples, each a folder of ``examples`` with a ``stacks.py``, in order."""
    return sorted(stacks.parent.name for stacks in root.glob("examples/*/stacks.py"))


def _images_elsewhere(aws: Aws, example: ExampleSettings) -> Iterator[Problem]:
    """SageMaker takes images of its own region only."""
    for field, uri in (
        ("training.image", example.training.image),
        ("endpoint.image", example.endpoint.image),
    ):
        image = EcrImage.parse(uri) if uri else None
        if image and image.region != aws.region:
            remedy = f"Push the image to ECR in {aws.region}."
            yield Problem("example.toml", field, repr(uri), f"an image in {aws.region}", remedy)


def load_every_example(root: Path) -> list[Settings]:
    """The settings of each example, by name.

    Raises:
        InvalidInputError: with every problem of every file, each once; or there is no example at all.
    """
    if not example_names(root):
        allowed, remedy = "a folder with a stacks.py, at least one", "Write an example: mlops new NAME"
        raise InvalidInputError([Problem("examples", "(folder)", "no example", allowed, remedy)])
    loaded: list[Settings] = []
    problems: dict[Problem, None] = {}
    for name in example_names(root):
        try:
            loaded.append(load_settings(root, name))
        except InvalidInputError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise InvalidInputError(problems)
    return loaded
