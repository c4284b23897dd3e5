"""How good the model is, for whom, beside what, and whether for the right reasons."""
