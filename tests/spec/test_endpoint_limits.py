"""Choices for an endpoint that AWS refuses are refused with the settings, at once and with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops.spec import InvalidInputError, Problem, load_settings
from mlops.spec.endpoint import Endpoint
from mlops.spec.settings import Settings
from tests.project import PROJECT

ROOT = Path(__file__).parents[2]
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
INSTANCES = 'instance_type = "ml.m5.large"\ninstance_count = 2\n'
SERVERLESS = "[endpoint.prod.serverless]\nmemory_mb = 2048\nmax_concurrency = 5\n"
ASYNCHRONOUS = "[endpoint.prod.asynchronous]\n"
VPC = (
    '[endpoint.prod.vpc]\nsubnet_ids = ["subnet-0aaaaaaa", "subnet-0bbbbbbb"]\n'
    'security_group_ids = ["sg-0aaaaaaa"]\n'
)
ROLLOUT = '[endpoint.prod.rollout]\nshift = "{0}"\npercent = {1}\nwait_seconds = {2}\n'
SCALING = "[endpoint.prod.scaling]\nmin_instances = {0}\nmax_instances = {1}\ntarget = 100\n"
NIGHT = (
    '[[endpoint.prod.scaling.schedule]]\nname = "night"\ncron = "0 20 * * ? *"\n'
    'time_zone = "Europe/Berlin"\nmin_instances = {0}\nmax_instances = {1}\n'
)
VARIANT = (
    '[[endpoint.prod.variants]]\nname = "{0}"\ninstance_type = "{1}"\ninstance_count = {2}\nweight = {3}\n'
)
TWO = VARIANT.format("Small", "ml.m5.large", 2, 3) + VARIANT.format("Large", "ml.c5.xlarge", 2, 1)
_NIGHT = "scaling.schedule.night.min_instances"

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """The settings with these lines in PROD's table."""
    shutil.copy(PROJECT / "mlops.toml", tmp_path)
    folder = tmp_path / "examples" / "movielens"
    folder.mkdir(parents=True)
    shipped = (ROOT / "examples/movielens/example.toml").read_text()
    table = f"[endpoint.prod]\n{INSTANCES}"
    assert table in shipped

    def write(*lines: str) -> Settings:
        text = shipped.replace(table, "[endpoint.prod]\n" + "".join(lines))
        (folder / "example.toml").write_text(text)
        return load_settings(tmp_path, "movielens")

    return write


def problems(load: Load, *lines: str) -> list[Problem]:
    with pytest.raises(InvalidInputError) as refused:
        load(*lines)
    return list(refused.value.problems)


@pytest.mark.parametrize(
    "lines",
    [
        [INSTANCES, ROLLOUT.format("canary", 50, 600)],
        [INSTANCES, ROLLOUT.format("linear", 10, 240)],
        [INSTANCES, SCALING.format(1, 4), NIGHT.format(1, 1)],
        [INSTANCES, ASYNCHRONOUS, SCALING.format(0, 4), ROLLOUT.format("canary", 10, 60)],
        [INSTANCES, f'kms_key_arn = "{KEY}"\n', VPC],
        [SERVERLESS, "provisioned_concurrency = 5\n"],
        ["data_capture_percent = 0\n", SERVERLESS],
        [f'kms_key_arn = "{KEY}"\n', TWO, ROLLOUT.format("canary", 10, 60), VPC],
        [TWO, VARIANT.format("Silent", "ml.g5.xlarge", 1, 0)],
    ],
)
def test_what_aws_takes_is_taken(load: Load, lines: list[str]) -> None:
    assert isinstance(load(*lines).example.endpoint.prod, Endpoint)


def test_what_is_left_out_is_off(load: Load) -> None:
    endpoint = load(INSTANCES).example.endpoint.prod
    assert (endpoint.rollout.shift, endpoint.rollout.wait_seconds) == ("all-at-once", 300)
    options = (endpoint.scaling, endpoint.serverless, endpoint.asynchronous, endpoint.vpc)
    assert options == (None,) * 4
    assert [fleet.name for fleet in endpoint.fleets] == ["AllTraffic"]
    assert endpoint.captured_percent == 100
    assert load(SERVERLESS).example.endpoint.prod.captured_percent == 0


def test_everything_that_a_serverless_endpoint_cannot_have_is_said_at_once(load: Load) -> None:
    found = problems(
        load,
        INSTANCES,
        "data_capture_percent = 10\n",
        f'kms_key_arn = "{KEY}"\n',
        SERVERLESS,
        "provisioned_concurrency = 6\n",
        ASYNCHRONOUS,
        ROLLOUT.format("canary", 10, 60),
        SCALING.format(1, 4),
        VPC,
    )
    assert [problem.field.removeprefix("endpoint.prod.") for problem in found] == [
        "instance_type",
        "instance_count",
        "data_capture_percent",
        "kms_key_arn",
        "rollout",
        "scaling",
        "asynchronous",
        "vpc",
        "serverless.provisioned_concurrency",
        "data_capture_percent",
    ]
    assert str(found[7]) == (
        "example.toml: endpoint.prod.vpc: given a table; allowed: nothing: a serverless endpoint cannot be "
        "in a VPC. Remove vpc, or serverless."
    )


@pytest.mark.parametrize(
    ("lines", "field", "reason"),
    [
        ([""], "instance_type", "an instance type such as"),
        ([SERVERLESS.replace("2048", "2000")], "serverless.memory_mb", "1024, 2048, 3072"),
        ([INSTANCES, ROLLOUT.format("canary", 51, 60)], "rollout.percent", "1 to 50 with canary"),
        ([INSTANCES, ROLLOUT.format("linear", 9, 60)], "rollout.percent", "10 to 50 with linear"),
        ([INSTANCES, ROLLOUT.format("linear", 10, 241)], "rollout.wait_seconds", "an update ends within"),
        ([INSTANCES, ROLLOUT.format("all-at-once", 10, 60)], "rollout.percent", "nothing with all-at-once"),
        (['instance_type = "ml.m5.large"\n', ROLLOUT.format("canary", 10, 60)], "instance_count", "half of"),
        ([INSTANCES.replace("m5.large", "inf1.xlarge"), ROLLOUT.format("canary", 10, 60)],
         "rollout.shift", "Inf1"),
        ([INSTANCES.replace("m5.large", "t2.large"), SCALING.format(1, 4)], "instance_type", "T instances"),
        ([INSTANCES, SCALING.format(3, 4)], "instance_count", "between min_instances and max_instances"),
        ([INSTANCES, SCALING.format(0, 4)], "scaling.min_instances", "only an asynchronous endpoint"),
        ([INSTANCES, SCALING.format(1, 4), NIGHT.format(0, 0)], _NIGHT, "only"),
        ([INSTANCES, SCALING.format(1, 4), NIGHT.format(2, 1)], _NIGHT, "at most"),
        ([INSTANCES, SCALING.format(1, 4), NIGHT.format(1, 1) * 2], "scaling.schedule", "each name once"),
        ([INSTANCES, SCALING.format(1, 4), NIGHT.format(1, 1).replace("0 20 * * ? *", "0 20 * *")],
         "scaling.schedule.0.cron", "six fields"),
        ([INSTANCES, "data_capture_percent = 5\n", ASYNCHRONOUS], "data_capture_percent", "are in S3"),
        ([INSTANCES.replace("m5.large", "g5.xlarge"), f'kms_key_arn = "{KEY}"\n'], "kms_key_arn", "hardware"),
        ([INSTANCES, f'kms_key_arn = "{KEY}"\n'.replace("west", "south")], "kms_key_arn", "eu-west-1"),
        ([INSTANCES, VPC.replace(', "subnet-0bbbbbbb"', "")], "vpc.subnet_ids", "at least two availability"),
        ([INSTANCES.partition("\n")[0] + "\n", TWO], "instance_type", "each variant has its own"),
        ([TWO, SCALING.format(1, 4)], "scaling", "compare fleets that stay as they are"),
        ([TWO, ASYNCHRONOUS], "asynchronous", "cannot choose a variant"),
        ([SERVERLESS, TWO], "variants", "has one variant"),
        ([TWO[: len(TWO) // 2]], "variants", "2 to 5: one fleet is instance_type"),
        ([VARIANT.format(f"V{number}", "ml.m5.large", 1, 1) for number in range(6)], "variants", "2 to 5"),
        ([TWO.replace("Large", "SMALL")], "variants", "whatever its case"),
        ([TWO.replace("weight = 3", "weight = 0").replace("weight = 1", "weight = 0")],
         "variants", "above 0 for one"),
        ([TWO.replace("count = 2", "count = 1", 1), ROLLOUT.format("canary", 10, 60)],
         "variants.Small.instance_count", "half of"),
        ([f'kms_key_arn = "{KEY}"\n', TWO.replace("c5.xlarge", "g5.xlarge")], "kms_key_arn", "hardware"),
        ([TWO.replace("Small", "-")], "variants.0.name", "letters and digits"),
        ([INSTANCES, VPC, "subnets = []\n"], "vpc.subnets", "one of security_group_ids, subnet_ids"),
    ],
)  # fmt: skip
def test_what_aws_refuses_is_refused_with_the_reason(
    load: Load, lines: list[str], field: str, reason: str
) -> None:
    (problem,) = problems(load, *lines)
    assert problem.field == f"endpoint.prod.{field}"
    assert reason in problem.allowed


def test_the_problems_of_both_environments_and_of_images_are_told_together(load: Load) -> None:
    found = problems(load, INSTANCES, SCALING.format(3, 2), VPC, ROLLOUT.format("linear", 60, 60))
    assert [problem.field for problem in found] == [
        "endpoint.prod.rollout.percent",
        "endpoint.prod.instance_count",
        "endpoint.prod.scaling.min_instances",
    ]
