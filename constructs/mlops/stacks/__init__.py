"""What the stacks of an example, of the bootstrap and of the workflows consist of."""
