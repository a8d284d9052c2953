if ! command -v terraform >/dev/null; then
  archive="terraform_${TERRAFORM_VERSION}_linux_amd64.zip"
  curl --fail --silent --show-error --location --retry 3 --output "/tmp/$archive" \
    "https://releases.hashicorp.com/terraform/$TERRAFORM_VERSION/$archive" &&
    echo "$TERRAFORM_SHA256  /tmp/$archive" | sha256sum --check --strict &&
    unzip -q -o "/tmp/$archive" terraform -d /usr/local/bin || exit 1
fi
terraform version
