class DataError(ValueError):
    """What was given does not fit together; the message is for the one who gave it."""
