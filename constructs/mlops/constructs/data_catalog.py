"""A Glue database that a crawler fills from files in S3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.encryption_key import EncryptionKey, EncryptionKeyConfig, log_encryption
from mlops.constructs.policy import Statement, unscoped
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import Names, Table

# https://docs.aws.amazon.com/glue/latest/dg/console-security-configurations.html
_LOG_GROUPS = "/aws-glue/crawlers*"


@dataclass(frozen=True, kw_only=True)
class DataCatalogConfig:
    """``tables`` are what the crawler finds in ``bucket``."""

    names: Names
    bucket: PrivateBucket
    tables: Sequence[Table]


class DataCatalog(Construct):
    """The database, a classifier for each table's columns, and the crawler with a role of its own."""

    def __init__(self, scope: Construct, id_: str, config: DataCatalogConfig) -> None:
        super().__init__(scope, id_)
        self._config = config
        names = config.names
        self._database = aws.glue_catalog_database.GlueCatalogDatabase(
            self, "database", name=names.glue_database, description=f"The raw data of {names.prefix}"
        )
        self._key = EncryptionKey(
            self,
            "key",
            EncryptionKeyConfig(
                alias=names.glue_security_configuration,
                account_id=names.account_id,
                region=names.region,
                description=f"Encrypts the crawler's log of {names.prefix}",
                statements=(log_encryption(names.account_id, names.region, _LOG_GROUPS),),
            ),
        )
        self._role = self._make_role()
        self._make_crawler([self._make_classifier(table) for table in config.tables])

    def _make_classifier(self, table: Table) -> str:
        parts = aws.glue_classifier
        classifier = parts.GlueClassifier(
            self,
            f"{table.name}-columns",
            name=self._config.names.glue_classifier(table.name),
            csv_classifier=parts.GlueClassifierCsvClassifier(
                delimiter=table.delimiter,
                quote_symbol='"' if table.delimiter == "," else None,
                contains_header="ABSENT",
                header=list(table.columns),
                serde="LazySimpleSerDe",
            ),
        )
        return classifier.name

    def _make_crawler(self, classifiers: list[str]) -> None:
        parts, bucket = aws.glue_crawler, self._config.bucket
        parts.GlueCrawler(
            self,
            "crawler",
            name=self._config.names.glue_crawler,
            description="Writes the tables of the raw data",
            database_name=self._database.name,
            role=self._role.arn,
            classifiers=classifiers,
            security_configuration=self._make_security_configuration(),
            s3_target=[
                parts.GlueCrawlerS3Target(path=f"s3://{bucket.bucket_name}/{table.folder}")
                for table in self._config.tables
            ],
            schema_change_policy=parts.GlueCrawlerSchemaChangePolicy(
                delete_behavior="LOG", update_behavior="UPDATE_IN_DATABASE"
            ),
            depends_on=[*bucket.dependencies, *self._role.dependencies],
        )

    def _make_security_configuration(self) -> str:
        parts, key = aws.glue_security_configuration, self._key.arn
        configuration = parts.GlueSecurityConfiguration(
            self,
            "encryption",
            name=self._config.names.glue_security_configuration,
            encryption_configuration=parts.GlueSecurityConfigurationEncryptionConfiguration(
                cloudwatch_encryption=parts.GlueSecurityConfigurationEncryptionConfigurationCloudwatchEncryption(
                    cloudwatch_encryption_mode="SSE-KMS", kms_key_arn=key
                ),
                job_bookmarks_encryption=parts.GlueSecurityConfigurationEncryptionConfigurationJobBookmarksEncryption(
                    job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=key
                ),
                s3_encryption=parts.GlueSecurityConfigurationEncryptionConfigurationS3Encryption(
                    s3_encryption_mode="SSE-KMS", kms_key_arn=key
                ),
            ),
        )
        return configuration.name

    def _make_role(self) -> ServiceRole:
        """https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html."""
        names, bucket = self._config.names, self._config.bucket
        role = ServiceRole(
            self,
            "role",
            ServiceRoleConfig(
                name=names.role("crawler"),
                service="glue.amazonaws.com",
                account_id=names.account_id,
                description=f"What the crawler of {names.prefix} may do",
                source_arns=(names.arn("glue", f"crawler/{names.glue_crawler}"),),
            ),
        )
        bucket.grant_read(role, *(table.folder for table in self._config.tables))
        role.grant("catalog", _writing(names))
        group = names.arn("logs", f"log-group:{_LOG_GROUPS}")
        use_key = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
        role.grant(
            "log",
            Statement("LogGroup", ("logs:AssociateKmsKey", "logs:CreateLogGroup"), (group,)),
            Statement("Log", ("logs:CreateLogStream", "logs:PutLogEvents"), (group, f"{group}:log-stream:*")),
            Statement("Encrypt", use_key, (self._key.arn,)),
            unscoped("SecurityConfiguration", "glue:GetSecurityConfiguration"),
        )
        return role


def _writing(names: Names) -> Statement:
    actions = [
        "glue:BatchCreatePartition",
        "glue:BatchGetPartition",
        "glue:CreateTable",
        "glue:GetDatabase",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
        "glue:GetTables",
        "glue:UpdatePartition",
        "glue:UpdateTable",
    ]
    return Statement("WriteTables", actions, catalog_arns(names))


def catalog_arns(names: Names) -> tuple[str, ...]:
    """The catalogue, the database and its tables: a Glue action needs all three."""
    parts = ("catalog", f"database/{names.glue_database}", f"table/{names.glue_database}/*")
    return tuple(names.arn("glue", part) for part in parts)
