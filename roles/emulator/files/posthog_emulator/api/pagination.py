"""Pages."""

from rest_framework.pagination import LimitOffsetPagination


class OffsetPages(LimitOffsetPagination):
    """`limit` and `offset`; count, next, previous (absolute) and results."""

    default_limit = 100
