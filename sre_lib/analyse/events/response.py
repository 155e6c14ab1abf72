"""How the crowd of a push loads each resource: requests by audience, each resource by requests, from past pushes."""

from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey

__all__ = ["Observed", "Reading", "ResourceKey"]
