"""The local equivalents of container images, one package each.

A package here that defines ``IMAGE`` (an ``image.Image``) is found by itself: its repository name is
what an image URI is matched by.
"""
