"""What the engine cannot measure, and what it does not know."""


class UnmeasurableRegion(ValueError):
    """An image or a mask that has no features: what was found, and what to do about it."""


class UnknownSetting(ValueError):
    """A filter, class, feature or setting that the engine does not have, and those it has."""
