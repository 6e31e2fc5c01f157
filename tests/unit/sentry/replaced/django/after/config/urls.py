from django.urls import path

from shop import views

urlpatterns = [
    path("", views.cart),
    path("pay/", views.pay),
    path("broken/", views.broken),
]
