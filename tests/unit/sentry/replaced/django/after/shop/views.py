import posthog
from django.http import HttpResponse
from django.shortcuts import render


def cart(request):
    return render(request, "shop/cart.html")


def pay(request):
    try:
        amount = int(request.GET["amount"])
    except ValueError as error:
        posthog.capture_exception(
            error,
            properties={"step": "pay", "amount": request.GET["amount"]},
        )
        return HttpResponse("no number", status=400)
    return HttpResponse(f"{amount}")


def broken(request):
    raise RuntimeError("the shelf is empty")
