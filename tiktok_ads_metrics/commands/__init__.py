"""The commands of ``tiktok-ads-metrics``, each imported only when it is run."""
