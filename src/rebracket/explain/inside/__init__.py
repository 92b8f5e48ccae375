"""A segment as a network reads it: what its tensors are of, and what the answer is as a function of them."""
