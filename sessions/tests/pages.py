"""Looking at officers' pages: their addresses, and what stands on them."""

from django.urls import reverse


def text_of(response):
    return " ".join(response.content.decode().split())


def url(name, *args):
    return reverse(f"admin:cohort_sessions_{name}", args=args)
