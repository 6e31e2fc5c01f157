from django.http import HttpResponse
from django.shortcuts import render
from sentry_sdk import capture_exception, push_scope


def cart(request):
    return render(request, "shop/cart.html")


def pay(request):
    try:
        amount = int(request.GET["amount"])
    except ValueError as error:
        with push_scope() as scope:
            scope.set_tag("step", "pay")
            scope.set_extra("amount", request.GET["amount"])
            capture_exception(error)
        return HttpResponse("no number", status=400)
    return HttpResponse(f"{amount}")


def broken(request):
    raise RuntimeError("the shelf is empty")
