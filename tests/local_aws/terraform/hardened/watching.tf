resource "aws_cloudwatch_log_group" "build" {
  name              = "/aws/codebuild/hardened"
  retention_in_days = var.revision == 1 ? 365 : 400
  kms_key_id        = aws_kms_key.main.arn
}

resource "aws_sns_topic" "approval" {
  name              = "hardened-approval"
  display_name      = "revision ${var.revision}"
  kms_master_key_id = aws_kms_key.main.id
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "r${var.revision}"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.approval.arn]
    principals {
      type        = "Service"
      identifiers = ["codestar-notifications.amazonaws.com", "events.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "approval" {
  arn    = aws_sns_topic.approval.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_sns_topic_subscription" "email" {
  topic_arn = aws_sns_topic.approval.arn
  protocol  = "email"
  endpoint  = "ml@example.com"
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "hardened-errors"
  alarm_description   = "revision ${var.revision}"
  namespace           = "AWS/SageMaker"
  metric_name         = "Invocation5XXErrors"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1 + var.revision
  datapoints_to_alarm = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.approval.arn]
  dimensions          = { EndpointName = "hardened", VariantName = "main" }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "hardened-latency"
  namespace           = "AWS/SageMaker"
  metric_name         = "ModelLatency"
  extended_statistic  = "p99"
  period              = 60
  evaluation_periods  = 3
  threshold           = 500000 * var.revision
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  dimensions          = { EndpointName = "hardened", VariantName = "main" }
}

resource "aws_cloudwatch_event_rule" "pipeline" {
  name        = "hardened-pipeline-failed"
  description = "revision ${var.revision}"
  event_pattern = jsonencode({
    source        = ["aws.codepipeline"]
    "detail-type" = ["CodePipeline Pipeline Execution State Change"]
    detail        = { state = ["FAILED"] }
  })
}

resource "aws_cloudwatch_event_target" "topic" {
  rule      = aws_cloudwatch_event_rule.pipeline.name
  target_id = "topic"
  arn       = aws_sns_topic.approval.arn
  input_transformer {
    input_paths    = { pipeline = "$.detail.pipeline", state = "$.detail.state" }
    input_template = "\"<pipeline> <state> ${var.revision}\""
  }
}

resource "aws_cloudwatch_event_target" "pipeline" {
  rule      = aws_cloudwatch_event_rule.pipeline.name
  target_id = "pipeline"
  arn       = aws_codepipeline.main.arn
  role_arn  = aws_iam_role.of["events"].arn
}

resource "aws_secretsmanager_secret" "token" {
  name                    = "hardened/github-token"
  description             = "revision ${var.revision}"
  kms_key_id              = aws_kms_key.main.arn
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "token" {
  secret_id     = aws_secretsmanager_secret.token.id
  secret_string = jsonencode({ token = "token-${var.revision}" })
}
