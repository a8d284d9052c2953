resource "aws_codestarconnections_connection" "github" {
  name          = "hardened"
  provider_type = "GitHub"
  tags          = { Revision = tostring(var.revision) }
}

resource "aws_codebuild_report_group" "gate" {
  name           = "hardened-gate"
  type           = "TEST"
  delete_reports = true
  export_config {
    type = "S3"
    s3_destination {
      bucket              = aws_s3_bucket.data.id
      path                = "/reports/${var.revision}"
      packaging           = "NONE"
      encryption_key      = aws_kms_key.main.arn
      encryption_disabled = false
    }
  }
}

resource "aws_codebuild_report_group" "plain" {
  name = "hardened-plain"
  type = "TEST"
  export_config {
    type = "NO_EXPORT"
  }
}

resource "aws_codebuild_project" "train" {
  name                   = "hardened-train"
  description            = "revision ${var.revision}"
  service_role           = aws_iam_role.of["codebuild"].arn
  build_timeout          = 60 * var.revision
  queued_timeout         = 480
  concurrent_build_limit = 1
  encryption_key         = aws_kms_key.main.arn
  artifacts {
    type = "CODEPIPELINE"
  }
  source {
    type = "CODEPIPELINE"
    buildspec = yamlencode({
      version = 0.2
      phases  = { build = { commands = ["echo ${var.revision}"] } }
    })
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    type         = "LINUX_CONTAINER"
    environment_variable {
      name  = "MLOPS_REVISION"
      value = tostring(var.revision)
    }
    environment_variable {
      name  = "TOKEN"
      value = aws_secretsmanager_secret.token.arn
      type  = "SECRETS_MANAGER"
    }
  }
  logs_config {
    cloudwatch_logs {
      group_name  = aws_cloudwatch_log_group.build.name
      stream_name = "train"
      status      = "ENABLED"
    }
    s3_logs {
      status = "DISABLED"
    }
  }
}

resource "aws_codebuild_project" "plain" {
  name         = "hardened-plain"
  service_role = aws_iam_role.of["codebuild"].arn
  artifacts {
    type = "CODEPIPELINE"
  }
  source {
    type      = "CODEPIPELINE"
    buildspec = "training/buildspec.yml"
  }
  environment {
    compute_type    = "BUILD_GENERAL1_MEDIUM"
    image           = "aws/codebuild/standard:7.0"
    type            = "LINUX_CONTAINER"
    privileged_mode = var.revision == 2
  }
}

resource "aws_codepipeline" "main" {
  name           = "hardened"
  pipeline_type  = "V2"
  execution_mode = "QUEUED"
  role_arn       = aws_iam_role.of["codepipeline"].arn
  artifact_store {
    location = aws_s3_bucket.data.id
    type     = "S3"
    encryption_key {
      id   = aws_kms_key.main.arn
      type = "KMS"
    }
  }
  trigger {
    provider_type = "CodeStarSourceConnection"
    git_configuration {
      source_action_name = "Source"
      push {
        branches {
          includes = ["main"]
        }
        file_paths {
          includes = ["training/**", "v${var.revision}/**"]
        }
      }
    }
  }
  variable {
    name          = "approve"
    default_value = "yes"
    description   = "revision ${var.revision}"
  }
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      namespace        = "SourceVariables"
      output_artifacts = ["SourceOutput"]
      configuration = {
        ConnectionArn        = aws_codestarconnections_connection.github.arn
        FullRepositoryId     = "acme/app"
        BranchName           = "main"
        DetectChanges        = "false"
        OutputArtifactFormat = "CODE_ZIP"
      }
    }
  }
  stage {
    name = "Train"
    action {
      name             = "Train"
      category         = "Build"
      owner            = "AWS"
      provider         = "CodeBuild"
      version          = "1"
      run_order        = 1
      input_artifacts  = ["SourceOutput"]
      output_artifacts = ["TrainOutput"]
      configuration = {
        ProjectName = aws_codebuild_project.train.name
        EnvironmentVariables = jsonencode([
          { name = "MLOPS_EXECUTION_ID", value = "#{codepipeline.PipelineExecutionId}", type = "PLAINTEXT" },
          { name = "REVISION", value = tostring(var.revision), type = "PLAINTEXT" },
        ])
      }
    }
  }
  stage {
    name = "Approve"
    action {
      name      = "Approve"
      category  = "Approval"
      owner     = "AWS"
      provider  = "Manual"
      version   = "1"
      run_order = 2
      configuration = {
        NotificationArn    = aws_sns_topic.approval.arn
        CustomData         = "revision ${var.revision}"
        ExternalEntityLink = "https://example.com/"
      }
    }
  }
  tags = { Revision = tostring(var.revision) }
}

resource "aws_codepipeline" "token" {
  name          = "hardened-token"
  pipeline_type = "V2"
  role_arn      = aws_iam_role.of["codepipeline"].arn
  artifact_store {
    location = aws_s3_bucket.data.id
    type     = "S3"
  }
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "ThirdParty"
      provider         = "GitHub"
      version          = "1"
      output_artifacts = ["SourceOutput"]
      configuration = {
        Owner                = "acme"
        Repo                 = "app"
        Branch               = "main"
        OAuthToken           = jsondecode(aws_secretsmanager_secret_version.token.secret_string)["token"]
        PollForSourceChanges = "true"
      }
    }
  }
  stage {
    name = "Train"
    action {
      name            = "Train"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["SourceOutput"]
      configuration   = { ProjectName = aws_codebuild_project.plain.name }
    }
  }
}


resource "aws_appautoscaling_target" "variant" {
  service_namespace  = "sagemaker"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  resource_id        = "endpoint/hardened/variant/main"
  min_capacity       = 1
  max_capacity       = 1 + var.revision
}

resource "aws_appautoscaling_policy" "variant" {
  name               = "hardened"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.variant.service_namespace
  scalable_dimension = aws_appautoscaling_target.variant.scalable_dimension
  resource_id        = aws_appautoscaling_target.variant.resource_id
  target_tracking_scaling_policy_configuration {
    target_value       = 70 * var.revision
    scale_in_cooldown  = 300
    scale_out_cooldown = 60
    predefined_metric_specification {
      predefined_metric_type = "SageMakerVariantInvocationsPerInstance"
    }
  }
}
