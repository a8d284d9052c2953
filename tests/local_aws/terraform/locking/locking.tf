terraform {
  backend "s3" {
    bucket       = "terraform-state"
    key          = "stack/terraform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

# Holds the lock from the file "started" to the file "release".
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "touch started; until test -e release; do sleep 0.1; done"
  }
}
