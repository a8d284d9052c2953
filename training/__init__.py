"""What the Train stage's builds run: one package for each example."""
