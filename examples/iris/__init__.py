"""The iris classifier."""
