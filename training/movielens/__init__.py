"""From MovieLens ratings to a released factorization machine: ``prepare``, then ``train``."""
