"""Source actions: a commit of a git repository, or an object of a bucket, as the pipeline's artifact."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC

from botocore.exceptions import ClientError

from local_aws.codepipeline.execution import ActionError, Revision
from local_aws.codepipeline.task import Task
from local_aws.git import Commit, GitServer
from local_aws.git_command import GitError
from local_aws.iam.access import Access


@dataclass(frozen=True)
class GitSource:
    """Source actions of GitHub, by a connection or by a token; the repository is the local git server's.

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    """

    server: GitServer

    def run(self, task: Task) -> None:
        """Fetch the branch's newest commit, or the one that the execution asks for.

        Raises:
            ActionError: repository, branch or commit is not there.
        """
        if task.configuration.get("OutputArtifactFormat", "CODE_ZIP") != "CODE_ZIP":
            raise ActionError(
                "InvalidConfiguration", "OutputArtifactFormat: allowed on the local AWS: CODE_ZIP"
            )
        repository, branch = _repository(task), _branch(task)
        _check_connection(task, repository, branch)
        try:
            wanted = task.execution.revisions.get(task.run.action.name)
            if wanted is None:
                commit = self.server.resolve(repository, branch)
            else:
                commit = self.server.commit(repository, wanted)
                branch = task.execution.trigger.branch or branch
            data = self.server.archive(repository, commit.commit_id)
        except GitError as error:
            raise ActionError("ConfigurationError", str(error)) from error
        task.store(data)
        self._describe(task, repository, branch, commit)

    def has_revision(self, task: Task) -> bool:
        """Whether the branch has a commit."""
        try:
            self.server.resolve(_repository(task), _branch(task))
        except (GitError, ActionError):
            return False
        return True

    def _describe(self, task: Task, repository: str, branch: str, commit: Commit) -> None:
        run = task.run
        url = f"https://github.com/{repository}/commit/{commit.commit_id}"
        summary = commit.message
        if run.action.kind[1] == "CodeStarSourceConnection":
            summary = json.dumps({"ProviderType": "GitHub", "CommitMessage": commit.message})
        run.revision = Revision(commit.commit_id, summary, url, commit.authored_at.timestamp())
        run.external_id, run.external_url, run.entity_url = commit.commit_id, url, url
        run.variables = {
            "AuthorDate": commit.authored_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "BranchName": branch,
            "CommitId": commit.commit_id,
            "CommitMessage": commit.message,
            "FullRepositoryName": repository,
            "RepositoryName": repository.partition("/")[2],
        } | {key: value for key, value in run.configuration.items() if key == "ConnectionArn"}


@dataclass(frozen=True)
class S3Source:
    """Source actions of S3: one zip of a bucket.

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
    """

    def run(self, task: Task) -> None:
        """Fetch the object's newest version, or the one that the execution asks for.

        Raises:
            ActionError: bucket or object is not there.
        """
        bucket, key = task.setting("S3Bucket"), task.setting("S3ObjectKey")
        wanted = task.execution.revisions.get(task.run.action.name)
        version = {"VersionId": wanted} if wanted else {}
        try:
            got = task.runtime.client("s3", task.account_region).get_object(Bucket=bucket, Key=key, **version)
        except ClientError as error:
            raise ActionError("ConfigurationError", f"s3://{bucket}/{key}: {error}") from error
        task.store(got["Body"].read())
        revision = got.get("VersionId") or got["ETag"].strip('"')
        modified = got["LastModified"].timestamp()
        task.run.revision = Revision(revision, f"Amazon S3 version id: {revision}", "", modified)
        task.run.external_id = revision
        task.run.variables = {
            "BucketName": bucket,
            "ObjectKey": key,
            "VersionId": revision,
            "ETag": got["ETag"].strip('"'),
        }

    def has_revision(self, task: Task) -> bool:
        """Whether the object is there."""
        try:
            bucket, key = task.setting("S3Bucket"), task.setting("S3ObjectKey")
            task.runtime.client("s3", task.account_region).head_object(Bucket=bucket, Key=key)
        except (ActionError, ClientError):
            return False
        return True


def _check_connection(task: Task, repository: str, branch: str) -> None:
    """https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html"""
    if task.run.action.kind[1] != "CodeStarSourceConnection":
        return
    arn = task.setting("ConnectionArn")
    prefix = arn.split(":")[2]
    facts = {
        f"{prefix}:fullrepositoryid": (repository,),
        f"{prefix}:branchname": (branch,),
        f"{prefix}:provideraction": ("GetBranch",),
        f"{prefix}:providerpermissionsrequired": ("read_only",),
    }
    task.require(Access(f"{prefix}:UseConnection", arn, facts))


def _repository(task: Task) -> str:
    if task.run.action.kind[1] == "GitHub":
        return f"{task.setting('Owner')}/{task.setting('Repo')}"
    return task.setting("FullRepositoryId")


def _branch(task: Task) -> str:
    return task.setting("Branch" if task.run.action.kind[1] == "GitHub" else "BranchName")
