"""The front door: each person is sent to where their work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "home.html")
    return redirect("admin:index" if request.user.is_staff else "referrals:list")
