"""The files of a bundle, and the checks that they say the same."""
