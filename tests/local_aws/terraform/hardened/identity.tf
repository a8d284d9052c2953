locals {
  services = ["codebuild", "codepipeline", "sagemaker", "glue", "events"]
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(local.services)
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "of" {
  for_each             = toset(local.services)
  name                 = "hardened-${each.key}"
  description          = "revision ${var.revision}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600 * var.revision
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.data.arn}/v${var.revision}/*"]
  }
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.of["codebuild"].id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_policy" "managed" {
  name   = "hardened-managed"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.of["sagemaker"].name
  policy_arn = aws_iam_policy.managed.arn
}
