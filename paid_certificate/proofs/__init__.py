"""Credential proofs: keys, signatures, status lists and offline verification.

Pure functions and classes. Nothing here imports Django, opens a socket or reads a clock that was not handed in.
"""
