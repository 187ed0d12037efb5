from employment_portal.urls import SITEMAPS

OBJECTS = {"django.contrib.sitemaps.views.sitemap": lambda at: {"section": next(iter(SITEMAPS))}}
