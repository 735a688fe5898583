"""The command tap-tiktok-ads-auth: get a token, and check what it may read."""
