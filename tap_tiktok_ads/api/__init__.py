"""Everything that sends a request to TikTok; knows no stream."""
