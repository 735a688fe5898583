"""Singer tap for TikTok Ads (TikTok Business API v1.3)."""
