"""The one writer: takes events and commands one at a time, stores, publishes a Snapshot."""
