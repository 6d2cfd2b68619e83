"""What can be configured: frozen, validated declarations."""
