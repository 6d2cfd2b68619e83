"""A terminal at the end of a network: server, driver, keys. It is handed an app, never ours."""
