"""Deciding flags for one subject."""

from dataclasses import dataclass
from typing import Any

from posthog_emulator.evaluation.hashing import held_out, in_rollout, pick_variant
from posthog_emulator.evaluation.operators import matches
from posthog_emulator.evaluation.subject import Subject
from posthog_emulator.models import Cohort, FeatureFlag, Project


@dataclass(frozen=True)
class Verdict:
    """What a flag is for the subject, and why."""

    enabled: bool
    reason: str
    variant: str | None = None
    condition_index: int | None = None

    @property
    def value(self) -> bool | str:
        """The variant, else whether the flag is on."""
        return self.variant or self.enabled


class Evaluator:
    """All flags of a project for one subject; each is decided once."""

    def __init__(self, project: Project, subject: Subject) -> None:
        self.subject = subject
        rows = FeatureFlag.objects.filter(project=project, deleted=False)
        self.flags = {flag.pk: flag for flag in rows}
        self.cohorts = {cohort.pk: cohort for cohort in Cohort.objects.filter(project=project, deleted=False)}
        self._verdicts: dict[int, Verdict] = {}

    def verdict(self, flag: FeatureFlag) -> Verdict:
        """Decide, or remember."""
        if flag.pk not in self._verdicts:
            self._verdicts[flag.pk] = self._decide(flag)
        return self._verdicts[flag.pk]

    def _decide(self, flag: FeatureFlag) -> Verdict:
        if not flag.active:
            return Verdict(False, "flag_disabled")
        filters = flag.body.get("filters") or {"groups": []}
        if filters.get("feature_enrollment"):
            enrolled = self.subject.properties.get(f"$feature_enrollment/{flag.key}") in (True, "true")
            return Verdict(enrolled, "super_condition_value")
        bucket = self._bucket(flag, filters.get("aggregation_group_type_index"))
        holdout = filters.get("holdout")
        if holdout and bucket and held_out(bucket, holdout["exclusion_percentage"]):
            return Verdict(True, "holdout_condition_value", f"holdout-{holdout['id']}")
        return self._by_conditions(flag, filters)

    def _by_conditions(self, flag: FeatureFlag, filters: dict[str, Any]) -> Verdict:
        out_of_rollout: Verdict | None = None
        for number, group in enumerate(filters["groups"]):
            bucket = self._bucket(flag, group["aggregation_group_type_index"])
            if bucket is None or not self._meets(group):
                continue
            if in_rollout(flag.key, bucket, group.get("rollout_percentage")):
                variants = (filters.get("multivariate") or {}).get("variants") or []
                forced = group.get("variant")
                known = any(variant["key"] == forced for variant in variants)
                variant = forced if known else pick_variant(flag.key, bucket, variants)
                return Verdict(True, "condition_match", variant, number)
            out_of_rollout = out_of_rollout or Verdict(False, "out_of_rollout_bound", None, number)
            if filters.get("early_exit"):
                break
        return out_of_rollout or Verdict(False, "no_condition_match")

    def _bucket(self, flag: FeatureFlag, group_type_index: int | None) -> str | None:
        """What is hashed: the group's key, the device, or the person's id."""
        if group_type_index is not None:
            return self.subject.group_keys.get(group_type_index)
        if flag.body.get("bucketing_identifier") == "device_id":
            return self.subject.device_id
        return self.subject.distinct_id

    def _meets(self, group: dict[str, Any]) -> bool:
        index = group["aggregation_group_type_index"]
        own = self.subject.properties if index is None else self.subject.group_properties.get(index, {})
        return all(self._holds(condition, own) for condition in group["properties"])

    def _holds(self, condition: dict[str, Any], properties: dict[str, Any]) -> bool:
        kind = condition["type"]
        if kind == "cohort":
            inside = self._in_cohort(int(condition["value"]))
            return inside != (condition.get("operator") == "not_in")
        if kind == "flag":
            return self._flag_is(int(condition["key"]), condition.get("value"))
        if kind == "group" and condition.get("group_type_index") is not None:
            properties = self.subject.group_properties.get(condition["group_type_index"], {})
        return matches(condition, properties)

    def _flag_is(self, number: int, wanted: Any) -> bool:
        flag = self.flags.get(number)
        if flag is None:
            return False
        value = self.verdict(flag).value
        return bool(value) == wanted if isinstance(wanted, bool) else value == wanted

    def _in_cohort(self, number: int) -> bool:
        cohort = self.cohorts.get(number)
        if cohort is None:
            return False
        if cohort.is_static:
            return number in self.subject.memberships
        filters = cohort.body.get("filters")
        return self._in_group(filters["properties"]) if filters else True

    def _in_group(self, group: dict[str, Any]) -> bool:
        combine = all if group["type"] == "AND" else any
        return not group["values"] or combine(self._in_entry(entry) for entry in group["values"])

    def _in_entry(self, entry: dict[str, Any]) -> bool:
        if "values" in entry:
            return self._in_group(entry)
        if entry["type"] == "cohort":
            inside = self._in_cohort(int(entry["value"]))
        elif entry["type"] == "person":
            inside = matches(entry, self.subject.properties)
        else:
            inside = False  # what people did is not evaluated here, as flags may not depend on it
        return inside != bool(entry.get("negation"))
