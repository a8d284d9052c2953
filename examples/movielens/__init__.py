"""The MovieLens recommender."""
