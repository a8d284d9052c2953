"""Custom classifiers, through boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

RATING_CLASSIFIER = {
    "Delimiter": "\t",
    "ContainsHeader": "ABSENT",
    "Header": ["userId", "movieId", "rating", "timestamp"],
}


def columns(table: dict[str, Any]) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def test_a_classifier_names_the_columns_of_headerless_files(
    s3: Any, glue: Any, bucket: str, crawl: Callable[..., dict[str, Any]], table: Callable[..., Any]
) -> None:
    users = {"Delimiter": "|", "ContainsHeader": "ABSENT", "Header": ["userId", "age", "sex", "job", "zip"]}
    glue.create_classifier(CsvClassifier={"Name": f"ratings-{bucket}", **RATING_CLASSIFIER})
    glue.create_classifier(CsvClassifier={"Name": f"users-{bucket}", **users})
    s3.put_object(Bucket=bucket, Key="ratings/u.data", Body=b"196\t242\t3\t8812\n22\t377\t1\t8788\n")
    s3.put_object(Bucket=bucket, Key="users/u.user", Body=b"1|24|M|technician|85711\n2|53|F|other|T8H1N\n")
    crawl("ratings/", "users/", Classifiers=[f"ratings-{bucket}", f"users-{bucket}"])
    assert columns(table("ratings")) == dict.fromkeys(("userid", "movieid", "rating", "timestamp"), "bigint")
    assert columns(table("users")) == {
        "userid": "bigint",
        "age": "bigint",
        "sex": "string",
        "job": "string",
        "zip": "string",
    }


def test_a_classifier_may_ask_for_the_serde_that_reads_quotes(
    s3: Any, glue: Any, bucket: str, crawl: Callable[..., dict[str, Any]], table: Callable[..., Any]
) -> None:
    glue.create_classifier(
        CsvClassifier={"Name": bucket, "ContainsHeader": "PRESENT", "Serde": "OpenCSVSerDe"}
    )
    s3.put_object(Bucket=bucket, Key="m/movies.csv", Body=b'movieId,title\n1,"Net, The"\n2,"Heat"\n')
    crawl("m/", Classifiers=[bucket])
    found = table("m")
    assert columns(found) == {"movieid": "bigint", "title": "string"}
    assert found["Parameters"]["skip.header.line.count"] == "1"
    assert found["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("OpenCSVSerde")


def test_a_classifier_is_kept_updated_and_deleted(glue: Any, bucket: str) -> None:
    glue.create_classifier(CsvClassifier={"Name": bucket, **RATING_CLASSIFIER})
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_classifier(CsvClassifier={"Name": bucket, **RATING_CLASSIFIER})
    glue.update_classifier(CsvClassifier={"Name": bucket, "Delimiter": ","})
    stored = glue.get_classifier(Name=bucket)["Classifier"]["CsvClassifier"]
    assert (stored["Delimiter"], stored["Version"], stored["Header"][0]) == (",", 2, "userId")
    assert {"CsvClassifier": stored} in glue.get_classifiers()["Classifiers"]
    glue.delete_classifier(Name=bucket)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_classifier(Name=bucket)


@pytest.mark.parametrize("wrong", [{"Delimiter": "::"}, {"ContainsHeader": "MAYBE"}, {"QuoteSymbol": ","}])
def test_a_wrong_classifier_is_refused(glue: Any, bucket: str, wrong: dict[str, str]) -> None:
    with pytest.raises(glue.exceptions.InvalidInputException):
        glue.create_classifier(CsvClassifier={"Name": bucket, **wrong})


def test_a_crawler_that_names_no_known_classifier_fails(crawl: Callable[..., dict[str, Any]]) -> None:
    crawler = crawl("x/", Classifiers=["nobody"])
    assert crawler["LastCrawl"]["Status"] == "FAILED"
    assert crawler["LastCrawl"]["ErrorMessage"] == "Classifier nobody not found."
