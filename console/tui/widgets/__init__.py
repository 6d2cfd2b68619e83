"""One file a widget: it is given one frozen value, draws it, and reports what the hand did."""
