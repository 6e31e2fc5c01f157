"""Copying the tiles of a dashboard."""

from posthog_emulator.models import Dashboard, Text
from posthog_emulator.models.objects import new_short_id


def copy_tiles(original: Dashboard, copy: Dashboard, *, deep: bool) -> None:
    """Texts are always copied; insights only when `deep`, else both dashboards show the same."""
    for tile in original.tiles.filter(deleted=False).select_related("insight", "text"):
        if tile.text is not None:
            tile.text = Text.objects.create(body=tile.text.body)
        if deep and tile.insight is not None:
            insight = tile.insight
            insight.pk, insight.short_id = None, new_short_id()
            insight.name = f"{insight.name} (Copy)" if insight.name else insight.name
            insight.save()
            tile.insight = insight
        tile.pk = None
        tile.dashboard = copy
        tile.save()
