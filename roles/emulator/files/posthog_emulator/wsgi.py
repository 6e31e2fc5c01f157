"""The WSGI application: Django inside the layer that counts, delays and breaks requests on demand."""

from django.core.wsgi import get_wsgi_application

from posthog_emulator.control.instrument import Instrument

application = Instrument(get_wsgi_application())
