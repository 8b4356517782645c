"""The outside world, one thing a module: stores, files, models, locks."""
