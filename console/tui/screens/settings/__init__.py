"""The settings: sections at the left, the chosen one beside them."""
