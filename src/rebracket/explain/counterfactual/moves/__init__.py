"""What may be changed in a segment, one kind of change a file."""
