"""Judges each signed call before anybody answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from local_aws.hooks import Call
from local_aws.iam import denials, s3
from local_aws.iam.access import Access, Context
from local_aws.iam.callers import Callers, find_role, policies_of
from local_aws.iam.decision import Decision, Policies, decide
from local_aws.iam.principals import Principal
from local_aws.iam.requirements import accesses
from local_aws.iam.resource_policies import of_resource

Subject = Callable[[Call], str]


class Authorizer:
    """Lets through what policies allow; the account itself (start-up credentials) may do everything.

    What is judged: identity policies, boundaries, session policies, and the policies of buckets, keys,
    topics, secrets and roles. What of a request is not known here is said in ``docs/local-aws.md``.
    """

    def __init__(self) -> None:
        self.callers = Callers()
        self._subjects: dict[tuple[str, str], Subject] = {}

    def about(self, service: str, operation: str, subject: Subject) -> None:
        """Let an engine tell the ARN that an operation is about, where only it knows.

        Raises:
            ValueError: an engine does already.
        """
        if (service, operation) in self._subjects:
            raise ValueError(f"{service}:{operation}: a second subject")
        self._subjects[service, operation] = subject

    def admit(self, call: Call) -> None:
        """Let a signed call through.

        Raises:
            ServiceError: AWS's refusal, in the words of the call's service.
        """
        if not call.service:
            return  # Unsigned: moto decides by what it has made public.
        principal = self.callers.principal(call)
        if principal.is_root and call.service not in ("s3", "sts"):
            return
        needed = accesses(call)
        subject = self._subjects.get((call.service, call.operation))
        if subject is not None:
            needed = [replace(needed[0], resource=subject(call))]
        context = _context(principal, call.region)
        for access in needed:
            decision = self._decide(principal, access.within(context))
            if not decision.allowed:
                raise denials.error(call, denials.sentence(principal, access, decision))

    def mask_not_found(self, call: Call) -> None:
        """Hide that an object is missing from who may not list it.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions

        Raises:
            ServiceError: the refusal that S3 gives instead.
        """
        if call.service != "s3" or call.operation not in ("GetObject", "HeadObject"):
            return
        principal = self.callers.principal(call)
        access = s3.Request(call).listing()
        decision = self._decide(principal, access.within(_context(principal, call.region)))
        if not decision.allowed:
            raise denials.error(call, denials.sentence(principal, access, decision))

    def check(self, principal: Principal, region: str, access: Access) -> str:
        """What AWS would say against an access by a principal; empty where nothing."""
        decision = self._decide(principal, access.within(_context(principal, region)))
        return "" if decision.allowed else denials.sentence(principal, access, decision)

    def _decide(self, principal: Principal, access: Access) -> Decision:
        own = Policies() if principal.is_root else policies_of(principal)
        found = of_resource(access)
        return decide(
            principal,
            access,
            replace(
                own, resource=found.policy, resource_decides=found.decides, resource_account=found.account_id
            ),
        )


def _context(principal: Principal, region: str) -> Context:
    """The keys that every request has.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    now = datetime.now(UTC)
    kind = "AssumedRole" if principal.role_arn else "Account" if principal.is_root else "User"
    context = {
        "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:principalaccount": (principal.account_id,),
        "aws:principalarn": (principal.role_arn or principal.arn,),
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": (kind,),
        "aws:requestedregion": (region,),
        # Loopback stands for the network that AWS's clients speak TLS on.
        "aws:securetransport": ("true",),
        "aws:viaawsservice": ("false",),
    }
    role = find_role(principal.role_arn) if principal.role_arn else None
    for tag in (role.tags if role is not None else None) or []:
        context[f"aws:principaltag/{tag['Key'].lower()}"] = (tag["Value"],)
    return {**context, **principal.context}
