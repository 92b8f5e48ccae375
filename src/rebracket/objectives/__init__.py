"""What training minimizes: losses in nats, and how much each row has a say in them."""

from rebracket.objectives.losses import losses, weighted_loss
from rebracket.objectives.weights import ClassWeight, loss_weights, say_by_song

__all__ = ["ClassWeight", "loss_weights", "losses", "say_by_song", "weighted_loss"]
