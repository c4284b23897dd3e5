"""Which thresholds fit a desk."""
