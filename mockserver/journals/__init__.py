"""What was asked and answered, within bounds; of one process, or of several."""
