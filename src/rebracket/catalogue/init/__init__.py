"""Manifests and an ontology for songs that have none: what their files, names, tags and sound say."""

from rebracket.catalogue.init.found import Estimate, Remark
from rebracket.catalogue.init.initialize import Initialized, Written, initialize

__all__ = ["Estimate", "Initialized", "Remark", "Written", "initialize"]
