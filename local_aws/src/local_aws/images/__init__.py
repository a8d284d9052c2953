"""The local equivalents of container images: ``catalogue`` names them and what each installs."""
