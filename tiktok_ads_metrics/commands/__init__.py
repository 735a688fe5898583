"""The sub-commands of ``tiktok-ads-metrics``, each imported only when it is asked for."""
