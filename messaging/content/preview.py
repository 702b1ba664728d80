"""A mail's HTML in the browser, for officers and for the mailbox of a demonstration: a page of its own that can do nothing.

Our own pages allow no style inside an element, and a mail is made of nothing else: so it never stands in one of them.
"""

from django.http import HttpResponse

# Nothing runs and nothing is fetched; only its links lead on.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def mail_page(html: str) -> HttpResponse:
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return HttpResponse(html, headers=headers)
