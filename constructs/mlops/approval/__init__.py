"""What the approver of a release sees: PROD's plan, QA's verdict, what changed since PROD's release."""
