"""From iris flowers to a released neural network: ``prepare``, then ``train``."""
