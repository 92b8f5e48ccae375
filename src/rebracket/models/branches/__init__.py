"""One branch a modality: what it reads of an input, as tokens of a common width."""
