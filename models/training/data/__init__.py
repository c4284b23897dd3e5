"""What is given: exported vectors, and the source's own tables."""
