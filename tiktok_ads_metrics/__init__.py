"""Views and metrics in SQL over the raw tables that the TikTok Ads tap loads."""
