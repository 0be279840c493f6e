"""Every statement counted again from raw rows."""
