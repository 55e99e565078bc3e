"""Where moderation meets the web: reports and decisions for everyone; queue, cases and texts for moderators."""
