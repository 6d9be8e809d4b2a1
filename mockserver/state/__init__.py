"""What is remembered: records, counters and facts behind one small interface, in memory or in a database."""
