"""What the console does by itself when something happens to a call."""
