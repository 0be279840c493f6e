"""What the finished files reveal."""
