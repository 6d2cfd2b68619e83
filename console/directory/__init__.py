"""Who is that number: the called company and the caller."""
