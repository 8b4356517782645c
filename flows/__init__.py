"""When things run: the Prefect flows. The only code that knows Prefect."""
