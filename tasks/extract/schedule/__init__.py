"""When to ask whom again: pure decisions from what a feed did before. The clock is an argument, nobody is asked."""
