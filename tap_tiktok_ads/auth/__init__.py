"""The command tap-tiktok-ads-auth: get an access token, and check what it can read."""
