"""Every address there is: ours, and the mailbox that only a demonstration has."""

from django.urls import include, path

from itsyourmove import urls

handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)
urlpatterns = [*urls.urlpatterns]
if not any(str(each.pattern) == "dev/mail/" for each in urlpatterns):
    urlpatterns.append(path("dev/mail/", include("messaging.dev_mailbox.urls")))
