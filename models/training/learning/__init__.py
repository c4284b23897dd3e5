"""How the model is learned: trees, folds, calibration."""
