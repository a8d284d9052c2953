"""The files that declare a user's own images."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local_aws.images.image import Image
from local_aws.images.own_images import OwnImagesError, read_images
from local_aws.sagemaker.registry import Registry, UnknownImageError
from local_aws.server import LocalAws

DOCS = Path(__file__).resolve().parents[3] / "docs" / "local-aws.md"


def write(folder: Path, text: str, name: str = "images.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_commands_are_read_as_a_shell_would_and_paths_from_the_files_folder(tmp_path: Path) -> None:
    (tmp_path / "container").mkdir()
    (tmp_path / "requirements.txt").touch()
    path = write(
        tmp_path,
        """
        [[image]]
        repository = "team/churn"
        train = "python train.py --note 'two words'"
        serve = "./serve"
        folder = "container"
        requirements = "requirements.txt"

        [[image]]
        repository = "only-serves"
        serve = "java -jar server.jar"
        """,
    )
    assert read_images([path]) == [
        Image(
            "team/churn",
            train=("python", "train.py", "--note", "two words"),
            serve=("./serve",),
            requirements=tmp_path / "requirements.txt",
            folder=tmp_path / "container",
        ),
        Image("only-serves", train=None, serve=("java", "-jar", "server.jar"), folder=tmp_path),
    ]


def test_the_documented_file_is_read(tmp_path: Path) -> None:
    documented = re.search(r"```toml\n(\[\[image\]\].*?)```", DOCS.read_text(), re.DOTALL)
    assert documented
    (tmp_path / "container").mkdir()
    (tmp_path / "requirements.txt").touch()
    (image,) = read_images([write(tmp_path, documented[1])])
    assert (image.repository, image.folder) == ("churn", tmp_path / "container")


def test_an_own_image_comes_before_one_of_the_same_name(tmp_path: Path) -> None:
    path = write(tmp_path, '[[image]]\nrepository = "sagemaker-scikit-learn"\ntrain = "train"\n')
    found = Registry([path]).find("1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.4-2")
    assert found.train == ("train",)


def test_a_change_of_a_file_counts_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, '[[image]]\nrepository = "churn"\ntrain = "before"\n')
    registry = Registry([path])
    path.write_text(path.read_text().replace("before", "after"))
    assert registry.find("registry/churn:1").train == ("after",)
    path.write_text("[[image]]\n")
    with pytest.raises(UnknownImageError, match=r"image\.1\.repository: given nothing"):
        registry.find("registry/churn:1")


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    first = write(
        tmp_path,
        """
        [[image]]
        repository = "Churn"
        train = "python 'train.py"
        serve = ""
        port = 8080

        [[image]]
        repository = "idle"
        """,
        "first.toml",
    )
    second = write(tmp_path, "[[image]\n", "second.toml")
    third = write(
        tmp_path,
        """
        [[image]]
        repository = "churn"
        train = "python train.py"
        folder = "nowhere"
        requirements = "none.txt"

        [[image]]
        repository = "churn"
        train = "python train.py"
        """,
        "third.toml",
    )
    with pytest.raises(OwnImagesError) as refused:
        read_images([first, second, third, tmp_path / "fourth.toml"])
    told = str(refused.value).splitlines()
    for expected in (
        "first.toml: image.1.repository: given 'Churn'; allowed:",
        'first.toml: image.1.train: given "python \'train.py"; allowed: a command as in a shell',
        "first.toml: image.1.serve: given ''; allowed: a command such as",
        "first.toml: image.1.port: given 8080; allowed: one of repository, train, serve, folder, req",
        "first.toml: image.2: given {'repository': 'idle'}; allowed: at least one of train and serve",
        "second.toml: ",
        "third.toml: folder of churn: given",
        "third.toml: requirements of churn: given",
        "repository: given 'churn' 2 times; allowed: once",
        "fourth.toml: No such file or directory",
    ):
        assert any(expected in line for line in told), (expected, told)
    assert len(told) == 10


@pytest.mark.parametrize("text", ["", "image = []", "images = 1"])
def test_a_file_without_an_image_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(OwnImagesError, match="image: given"):
        read_images([write(tmp_path, text)])


def test_a_local_aws_tells_them_with_its_other_problems(tmp_path: Path) -> None:
    path = write(tmp_path, "[[image]]\n")
    with pytest.raises(ValueError, match=r"(?s)region: given x.*image\.1\.repository: given nothing"):
        LocalAws(tmp_path / "work", region="x", images=[path])
    assert not (tmp_path / "work").exists()
