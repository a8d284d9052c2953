"""The local equivalents of container images.

A package here that defines ``IMAGES`` (``image.Image``, one or several) is found by itself: the
repository names are what an image URI is matched by.
"""
