"""What trainings share: from a table to a released model."""
