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
  default_tags {
    tags = { Project = "hardened" }
  }
}

# 1 at first; 2 changes every resource in place.
variable "revision" {
  type    = number
  default = 1
}

data "aws_caller_identity" "current" {}
