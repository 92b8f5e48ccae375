"""Pretrained networks read from a folder of safetensors: nothing pickled, no code of theirs, no download."""
