"""The service roles that engines act in."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

from moto.sts.models import sts_backends

from local_aws.account_region import AccountRegion, Credentials
from local_aws.hooks import Call
from local_aws.iam.access import Access
from local_aws.iam.authorizer import Authorizer
from local_aws.iam.callers import find_role, of_session
from local_aws.iam.decision import Policies, decide_for_service
from local_aws.iam.principals import Principal

log = logging.getLogger("local_aws")

_LONGEST_NAME = 64
# Services renew their sessions; a process here keeps the one that it was given.
_SECONDS = 36 * 3600


class RoleRefusedError(Exception):
    """A role that does not trust the service; the message is AWS's sentence about ``sts:AssumeRole``."""


class ServiceRoles:
    """Assumes roles as AWS's services do."""

    def __init__(self, authorizer: Authorizer, *, enforced: bool) -> None:
        self._authorizer = authorizer
        self._enforced = enforced
        self._sessions: dict[tuple[str, str], Credentials] = {}
        self._lock = threading.Lock()

    def assume(
        self, account_region: AccountRegion, role_arn: str, service: str, session: str, source_arn: str
    ) -> AccountRegion:
        """The account and region, to act there as a session of the role.

        A role that IAM does not have cannot be judged: what runs in its name may do everything.

        Args:
            service: a principal such as ``codebuild.amazonaws.com``.
            source_arn: the resource on whose behalf the service asks.

        Raises:
            RoleRefusedError: the role's trust does not let the service take it on.
        """
        role = find_role(role_arn) if self._enforced and role_arn.startswith("arn:") else None
        if role is None:
            log.info("%s acts without a role: %s does not exist", service, role_arn)
            return account_region
        asked = Access(
            "sts:AssumeRole",
            role_arn,
            {"aws:sourceaccount": (account_region.account_id,), "aws:sourcearn": (source_arn,)},
        )
        policies = Policies(resource=role.assume_role_policy_document)
        if not decide_for_service(Principal(service, service=service), asked, policies).allowed:
            raise RoleRefusedError(f"{service} is not authorized to perform: sts:AssumeRole on {role_arn}")
        return replace(
            account_region, credentials=self._session(account_region, role_arn, session[:_LONGEST_NAME])
        )

    def refusal(self, account_region: AccountRegion, access: Access) -> str:
        """What AWS would say against an access by who acts in ``account_region``; empty where nothing."""
        if account_region.credentials is None:
            return ""
        return self._authorizer.check(
            self._authorizer.callers.of(account_region.credentials), account_region.region, access
        )

    def forward(self, call: Call, service: str) -> AccountRegion:
        """The call's account and region, to act there in the caller's name and with the caller's rights."""
        return self._authorizer.callers.forward(call, service) if self._enforced else call.account_region

    def _session(self, account_region: AccountRegion, role_arn: str, name: str) -> Credentials:
        with self._lock:
            if (role_arn, name) not in self._sessions:
                stored = sts_backends[account_region.account_id]["aws"].assume_role(
                    region_name=account_region.region,
                    role_session_name=name,
                    role_arn=role_arn,
                    policy="",
                    duration=_SECONDS,
                    external_id="",
                )
                credentials = Credentials(
                    stored.access_key_id, stored.secret_access_key, stored.session_token
                )
                self._authorizer.callers.remember(credentials, of_session(stored))
                self._sessions[role_arn, name] = credentials
            return self._sessions[role_arn, name]
