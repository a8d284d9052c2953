# What a pull request may do, one change at a time: `change` chooses it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "change" {
  type    = string
  default = "none"
}

variable "password" {
  type      = string
  default   = "correct-horse"
  sensitive = true
}

resource "aws_s3_bucket" "data" {
  count  = var.change == "destruction" ? 0 : 1
  bucket = "reviewed-data"
}

data "aws_s3_bucket" "absent" {
  count  = var.change == "error" ? 1 : 0
  bucket = "reviewed-absent"
}

resource "aws_ssm_parameter" "password" {
  name        = "reviewed-password"
  type        = "SecureString"
  value       = var.change == "secret" ? "battery-staple" : var.password
  description = var.change == "secret" ? "Changed" : "As it was"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "training" {
  name               = "reviewed-training"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "training" {
  statement {
    actions   = var.change == "widening" ? ["s3:GetObject", "s3:DeleteObject"] : ["s3:GetObject"]
    resources = ["arn:aws:s3:::reviewed-data/*"]
  }
  statement {
    actions   = var.change == "widening" ? ["kms:*"] : ["kms:Decrypt"]
    resources = [var.change == "widening" ? aws_kms_key.new[0].arn : "arn:aws:kms:eu-west-1:123456789012:key/old"]
  }
}

resource "aws_kms_key" "new" {
  count       = var.change == "widening" ? 1 : 0
  description = "Its ARN is known only after the apply, and so is the policy that names it"
}

resource "aws_iam_role_policy" "training" {
  name   = "training"
  role   = aws_iam_role.training.name
  policy = data.aws_iam_policy_document.training.json
}

resource "aws_iam_role_policy_attachment" "everything" {
  count      = var.change == "widening" ? 1 : 0
  role       = aws_iam_role.training.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_sagemaker_model" "model" {
  name               = "reviewed-model"
  execution_role_arn = aws_iam_role.training.arn
  primary_container {
    image = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1"
  }
}

resource "aws_sagemaker_endpoint_configuration" "serving" {
  name_prefix = "reviewed-"
  production_variants {
    variant_name           = "main"
    model_name             = aws_sagemaker_model.model.name
    instance_type          = var.change == "replacement" ? "ml.m5.xlarge" : "ml.m5.large"
    initial_instance_count = var.change == "replacement" ? 2 : 1
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sns_topic" "added" {
  count        = var.change == "additions" ? 3 : 0
  name         = "reviewed-${count.index}"
  display_name = "Added by the pull request"
}
