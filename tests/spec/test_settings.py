"""Settings: the shipped files are valid, and every problem of bad ones is told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mlops.spec import InvalidInputError, example_names, load_every_example, load_settings
from tests.project import PROJECT, settings_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(PROJECT / "mlops.toml", tmp_path)
    (tmp_path / "examples" / "movielens").mkdir(parents=True)
    shutil.copy(ROOT / "examples/movielens/example.toml", tmp_path / "examples/movielens")
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_settings_of_the_repository_are_valid_whatever_a_team_fills_in() -> None:
    assert [settings.example.name for settings in load_every_example(ROOT)] == example_names(ROOT)


def test_names_follow_the_settings() -> None:
    settings = settings_of("movielens")
    assert settings.example.name == "movielens"
    assert settings.names.endpoint("qa") == "mlops-movielens-qa"


def test_all_problems_of_both_files_are_told_at_once(project: Path) -> None:
    replace(project / "mlops.toml", '"123456789012"\nregion', '"12"\nregion')
    replace(project / "mlops.toml", "ml-team@example.com", "nobody")
    replace(project / "examples/movielens/example.toml", "ml.t2.medium", "t2.medium")
    with pytest.raises(InvalidInputError) as caught:
        load_settings(project, "movielens")
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["aws.account_id", "approval.email", "endpoint.qa.instance_type"]
    assert "given '12'; allowed: " in str(caught.value)
    assert "an AWS account id of 12 digits" in str(caught.value)


def test_a_missing_value_says_what_to_add(project: Path) -> None:
    replace(project / "mlops.toml", 'branch = "main"', "")
    with pytest.raises(InvalidInputError, match=r"source\.branch: given nothing; allowed: a branch name"):
        load_settings(project, "movielens")


def test_an_unknown_field_names_those_that_exist(project: Path) -> None:
    replace(project / "mlops.toml", "[approval]", '[approval]\nmail = "x"')
    with pytest.raises(
        InvalidInputError,
        match=r"approval\.mail: given an unknown field; allowed: one of email, plan_valid_hours",
    ):
        load_settings(project, "movielens")


def test_a_plan_is_valid_for_a_day_unless_set_and_for_a_week_at_most(project: Path) -> None:
    assert load_settings(project, "movielens").project.approval.plan_valid_hours == 24
    replace(project / "mlops.toml", "# plan_valid_hours = 24", "plan_valid_hours = 169")
    told = r"approval\.plan_valid_hours: given 169; allowed: .*1 to 168 hours"
    with pytest.raises(InvalidInputError, match=told):
        load_settings(project, "movielens")


@pytest.mark.parametrize("both", [True, False], ids=["both", "neither"])
def test_a_source_needs_exactly_one_of_connection_and_token(project: Path, both: bool) -> None:
    if both:
        replace(project / "mlops.toml", "# token_secret_arn", "token_secret_arn")
    else:
        replace(project / "mlops.toml", "\nconnection_arn", "\n# connection_arn")
    with pytest.raises(InvalidInputError, match="exactly one of connection_arn and token_secret_arn"):
        load_settings(project, "movielens")


def test_without_environments_everything_is_in_one_place(project: Path) -> None:
    settings = load_settings(project, "movielens")
    assert settings.names_in("prod") == settings.names
    assert settings.further_regions == []


def test_an_environment_may_have_an_account_and_a_region_of_its_own(project: Path) -> None:
    text = (project / "mlops.toml").read_text()
    (project / "mlops.toml").write_text(
        text + '[environments.prod]\naccount_id = "333333333333"\nregion = "eu-central-1"\n'
    )
    settings = load_settings(project, "movielens")
    prod = settings.names_in("prod")
    assert (prod.account_id, prod.region) == ("333333333333", "eu-central-1")
    assert prod.endpoint("prod") == settings.names.endpoint("prod")
    assert prod.state_bucket == settings.names.state_bucket
    assert settings.names_in("qa") == settings.names
    assert settings.further_regions == ["eu-central-1"]


def test_two_environments_in_the_same_other_account_share_no_name(project: Path) -> None:
    text = (project / "mlops.toml").read_text()
    own = 'account_id = "333333333333"\n'
    (project / "mlops.toml").write_text(f"{text}[environments.qa]\n{own}[environments.prod]\n{own}")
    settings = load_settings(project, "movielens")
    qa, prod = settings.names_in("qa"), settings.names_in("prod")
    assert qa.models_bucket != prod.models_bucket
    assert qa.endpoint_execution != prod.endpoint_execution
    assert qa.notification_topic != prod.notification_topic


def test_every_bad_account_and_region_of_an_environment_is_told(project: Path) -> None:
    text = (project / "mlops.toml").read_text()
    bad = '[environments.qa]\naccount_id = 12\n[environments.prod]\nregion = "Frankfurt"\nprofile = "prod"\n'
    (project / "mlops.toml").write_text(f"{text}{bad}[environments.test]\n")
    with pytest.raises(InvalidInputError) as caught:
        load_settings(project, "movielens")
    told = {problem.field: str(problem) for problem in caught.value.problems}
    assert list(told) == [
        "environments.qa.account_id",
        "environments.prod.region",
        "environments.prod.profile",
        "environments.test",
    ]
    assert "in quotes" in told["environments.qa.account_id"]
    assert "one of account_id, region" in told["environments.prod.profile"]
    assert "one of prod, qa" in told["environments.test"]


def test_a_missing_file_and_broken_toml_are_both_told(project: Path) -> None:
    (project / "mlops.toml").unlink()
    (project / "examples/movielens/example.toml").write_text("= 1")
    with pytest.raises(InvalidInputError) as caught:
        load_settings(project, "movielens")
    assert [problem.source for problem in caught.value.problems] == ["mlops.toml", "example.toml"]


def test_a_users_own_images_are_refused_where_sagemaker_would_not_take_them(project: Path) -> None:
    path = project / "examples/movielens/example.toml"
    elsewhere = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/churn:1"
    replace(path, "[training]\n", f'[training]\nimage = "{elsewhere}"\n')
    path.write_text(path.read_text() + '\n[endpoint]\nimage = "docker.io/churn"\n')
    with pytest.raises(InvalidInputError, match=r"endpoint\.image: given 'docker\.io/churn'; allowed: .*ECR"):
        load_settings(project, "movielens")
    replace(path, "docker.io/churn", elsewhere.replace("us-east-1", "eu-west-1"))
    with pytest.raises(InvalidInputError) as caught:
        load_settings(project, "movielens")
    assert [(problem.field, problem.allowed) for problem in caught.value.problems] == [
        ("training.image", "an image in eu-west-1")
    ]
    replace(path, "us-east-1", "eu-west-1")
    assert load_settings(project, "movielens").example.training.image == elsewhere.replace(
        "us-east-1", "eu-west-1"
    )
