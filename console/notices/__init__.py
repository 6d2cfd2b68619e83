"""What an unanswered call owes: who is told, by which channel, and what became of it."""
