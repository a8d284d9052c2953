"""Quotas of SageMaker's instances.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws


def test_every_instance_type_has_a_quota_for_training_and_for_endpoints(aws: LocalAws) -> None:
    pages = aws.runtime.client("service-quotas").get_paginator("list_service_quotas")
    quotas = [
        quota
        for page in pages.paginate(ServiceCode="sagemaker", PaginationConfig={"PageSize": 40})
        for quota in page["Quotas"]
    ]
    values = {quota["QuotaName"]: quota["Value"] for quota in quotas}
    assert len(values) == len(quotas) > 400
    assert values["ml.m5.large for training job usage"] == values["ml.t2.medium for endpoint usage"] == 8
    assert len({quota["QuotaCode"] for quota in quotas}) == len(quotas)


def test_quotas_of_other_services_are_not_made_up(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="has quotas of sagemaker; given ec2"):
        aws.runtime.client("service-quotas").list_service_quotas(ServiceCode="ec2")
