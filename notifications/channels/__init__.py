"""Ways to a person besides the hall's own inbox; SMS or a robot is one more class, registered."""

from notifications.channels.base import Channel, DeliveryRefusedError, channel, register, registered

__all__ = ["Channel", "DeliveryRefusedError", "channel", "register", "registered"]
