"""The template tags that draw forms and say who runs the service."""
