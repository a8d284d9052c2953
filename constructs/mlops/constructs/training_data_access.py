"""What may be granted on an example's raw data from another stack."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.constructs.data_catalog import catalog_arns
from mlops.constructs.policy import Statement
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.query_workgroup import RESULTS
from mlops.constructs.role import Role
from mlops.spec import Names


class TrainingDataAccess:
    """Grants on the data that the ``TrainingData`` of the same ``names`` makes, known by name."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._bucket = PrivateBucket.by_name(
            "data", names.data_bucket, account_id=names.account_id, region=names.region
        )

    def grant_read(self, role: Role, *folders: str) -> None:
        """Read the files under ``folders``, or all of them."""
        self._bucket.grant_read(role, *folders)

    def grant_query(self, role: Role, folders: Sequence[str]) -> None:
        """Run the crawler, and query the tables of ``folders`` through the workgroup.

        https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html
        """
        names = self._names
        self._bucket.grant_read(role, *folders, RESULTS)
        self._bucket.grant_write(role, RESULTS)
        crawler = names.arn("glue", f"crawler/{names.glue_crawler}")
        workgroup = names.arn("athena", f"workgroup/{names.athena_workgroup}")
        queries = [
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:GetWorkGroup",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        ]
        reading = ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
        role.grant(
            "query-data",
            Statement("Crawl", ("glue:GetCrawler", "glue:StartCrawler"), (crawler,)),
            Statement("Query", queries, (workgroup,)),
            Statement("ReadTables", reading, catalog_arns(names)),
        )
