"""People, as far as erasing them asks for it: posthog/api/person.py, posthog/models/person/bulk_delete.py."""

import json

from django.http import JsonResponse

from posthog.models import ActivityLog, AsyncDeletion, Person
from posthog.views import key_of

REFUSED = {"code": "authentication_failed"}


def person(request, project, uuid):
    if not key_of(request):
        return JsonResponse(REFUSED, status=401)
    found = Person.objects.filter(team_id=project, uuid=uuid).first()
    if not found:
        return JsonResponse({"code": "not_found"}, status=404)
    return JsonResponse({"id": found.pk, "uuid": str(found.uuid), "created_at": found.created_at})


def bulk_delete(request, project):
    if not key_of(request):
        return JsonResponse(REFUSED, status=401)
    asked = json.loads(request.body)
    found = list(Person.objects.filter(team_id=project, uuid__in=asked["ids"]))
    if not asked.get("keep_person"):
        for one in found:
            ActivityLog.objects.create(
                team_id=project, scope="Person", activity="deleted", item_id=str(one.pk), detail={"name": str(one.uuid)}
            )
            one.delete()
    if asked.get("delete_events"):
        for one in found:
            AsyncDeletion.objects.get_or_create(deletion_type=1, team_id=project, key=str(one.uuid))
    deleted = 0 if asked.get("keep_person") else len(found)
    return JsonResponse({"persons_found": len(found), "persons_deleted": deleted, "deletion_errors": []}, status=202)
