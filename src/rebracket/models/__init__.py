"""Every network: ours and the pretrained ones. Modules here import torch; this file does not."""
