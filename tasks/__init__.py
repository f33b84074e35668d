"""The stages. Each module here is a thin Prefect task over a batch; what it does stands in `tasks.extract`."""
