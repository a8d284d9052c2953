"""The ledger: what became of every release, kept in S3; nothing in it is ever overwritten."""
