"""The tools we are compared with, run by their own interpreter: `python -m benchmarks.peers FOLDER…`.

Nothing here imports our product, so that a change in it cannot move a peer's figures.
"""
