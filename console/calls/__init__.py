"""What a call is: events, the transition table, outcomes, numbers, clean text. Pure values."""
