"""Site profiles: how often cancers spread to each site, on one axis."""

from metastasis.pictures._profiles.profiles import SiteProfiles, draw_profiles

__all__ = ["SiteProfiles", "draw_profiles"]
