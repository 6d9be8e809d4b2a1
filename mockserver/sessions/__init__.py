"""The states of all clients: what each starts with, what an admin does to them, and what a new edition leaves of them."""
