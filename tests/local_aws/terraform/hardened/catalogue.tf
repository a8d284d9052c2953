resource "aws_glue_catalog_database" "data" {
  name        = "hardened_data"
  description = "revision ${var.revision}"
}

resource "aws_glue_security_configuration" "crawler" {
  name = "hardened"
  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = aws_kms_key.main.arn
    }
    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = aws_kms_key.main.arn
    }
    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = aws_kms_key.main.arn
    }
  }
}

resource "aws_glue_crawler" "data" {
  name                   = "hardened"
  description            = "revision ${var.revision}"
  database_name          = aws_glue_catalog_database.data.name
  role                   = aws_iam_role.of["glue"].arn
  table_prefix           = "raw_"
  security_configuration = aws_glue_security_configuration.crawler.name
  configuration = jsonencode({
    Version  = 1.0
    Grouping = { TableGroupingPolicy = "CombineCompatibleSchemas" }
  })
  s3_target {
    path       = "s3://${aws_s3_bucket.data.id}/raw/"
    exclusions = ["**.tmp"]
  }
  s3_target {
    path = "s3://${aws_s3_bucket.data.id}/other${var.revision}/"
  }
  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = "UPDATE_IN_DATABASE"
  }
  recrawl_policy {
    recrawl_behavior = "CRAWL_EVERYTHING"
  }
}

resource "aws_athena_workgroup" "data" {
  name          = "hardened"
  description   = "revision ${var.revision}"
  force_destroy = true
  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = var.revision == 1
    bytes_scanned_cutoff_per_query     = 1073741824 * var.revision
    engine_version {
      selected_engine_version = "Athena engine version 3"
    }
    result_configuration {
      output_location = "s3://${aws_s3_bucket.data.id}/athena-results/"
      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = aws_kms_key.main.arn
      }
    }
  }
}

resource "aws_athena_workgroup" "plain" {
  name = "plain"
}
