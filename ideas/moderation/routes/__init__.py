"""Routes of moderation: reports and decisions for everyone; queue, cases and texts for moderators."""
