"""Two real questions as they could have been asked on their day, each in a file of facts."""
