"""What is done: a valid request becomes a changed state and an answer that keeps the contract."""
