# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes of canonical values: what a person may write, what it means, and how the server's copy compares with it.

A shape turns a written value into its canonical form (`canonical`), tells which other objects it names
(`references`) and whether the server's value differs (`differs`). Shapes do no I/O.
"""

from __future__ import annotations

import itertools
import math
import re
import typing as t
from datetime import datetime, timezone

from ansible.module_utils.common.validation import check_type_bool, check_type_float, check_type_int

from .errors import Invalid
from .values import joined, nearest, normal_json, same

if t.TYPE_CHECKING:
    from .resource import Names


def must_be_mapping(value: t.Any) -> None:
    """Raises Invalid."""
    if not isinstance(value, dict):
        raise Invalid(f"must be a mapping, not {type(value).__name__}")


class Shape:
    """Base of all shapes; `null` says what a written null becomes, and may be Invalid itself."""

    argument: dict[str, t.Any] = {"type": "raw"}
    names_others = False

    def __init__(self, *, null: t.Any = Invalid) -> None:
        self.null = null

    def canonical(self, value: t.Any) -> t.Any:
        """The canonical form of what a person wrote; raises Invalid."""
        if value is None:
            if self.null is Invalid:
                raise Invalid("must not be null")
            return self.null
        return self.parse(value)

    def parse(self, value: t.Any) -> t.Any:
        raise NotImplementedError(type(self).__name__)

    def references(self, value: t.Any) -> t.Iterator[tuple[str, t.Any, str]]:
        """(kind, name or id, place) of every object that a canonical value names."""
        return iter(())

    def named(self, value: t.Any, names: Names) -> t.Any:
        """A canonical value with names in place of the ids that have one, as decoding shows them. Raises Invalid."""
        return value

    def differs(self, desired: t.Any, actual: t.Any) -> bool:
        return not same(desired, actual)

    def like(self, actual: t.Any, desired: t.Any) -> t.Any:
        """The actual value without what `differs` does not look at."""
        return actual

    def brief(self, value: t.Any) -> t.Any:
        """The shortest thing to write that has this canonical form."""
        return value


class Text(Shape):
    """A string; numbers are taken as they are written. `null` is "" unless said otherwise."""

    argument = {"type": "str"}

    def __init__(
        self,
        *,
        null: t.Any = "",
        longest: int | None = None,
        pattern: str | None = None,
        hint: str = "",
        trim: bool = False,
        blank: bool = True,
    ) -> None:
        super().__init__(null=null)
        self.longest = longest
        self.pattern = re.compile(pattern) if pattern else None
        self.hint = hint
        self.trim = trim
        self.blank = blank

    def parse(self, value: t.Any) -> t.Any:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise Invalid(f"must be text, not {type(value).__name__}")
        text = str(value).strip() if self.trim else str(value)
        if not text:
            if not self.blank:
                raise Invalid("must not be empty")
            return self.null if self.null is not Invalid else ""
        if self.longest is not None and len(text) > self.longest:
            raise Invalid(f"may have {self.longest} characters at most, not {len(text)}")
        if self.pattern and not self.pattern.match(text):
            raise Invalid(f"'{text}' {self.hint}")
        return text


class Choice(Shape):
    """One of a few values."""

    def __init__(self, *choices: t.Any, null: t.Any = Invalid) -> None:
        super().__init__(null=null)
        self.choices = choices
        self.argument = {"type": "str", "choices": list(choices)}

    def parse(self, value: t.Any) -> t.Any:
        for choice in self.choices:
            if value == choice or (isinstance(choice, int) and str(value) == str(choice)):
                return choice
        raise Invalid(f"'{value}' is unknown; {nearest(str(value), map(str, self.choices))}")


class Boolean(Shape):
    argument = {"type": "bool"}

    def parse(self, value: t.Any) -> t.Any:
        try:
            return check_type_bool(value)
        except TypeError:
            raise Invalid(f"must be true or false, not '{value}'") from None


class Number(Shape):
    """An integer or a float between two bounds, both included."""

    def __init__(
        self, *, least: float | None = None, most: float | None = None, whole: bool = False, null: t.Any = Invalid
    ) -> None:
        super().__init__(null=null)
        self.least = least
        self.most = most
        self.whole = whole
        self.argument = {"type": "int" if whole else "float"}

    def parse(self, value: t.Any) -> t.Any:
        if isinstance(value, bool):
            raise Invalid("must be a number, not a boolean")
        try:
            number = check_type_float(value)
            number = check_type_int(value) if self.whole else number
        except TypeError:
            raise Invalid(f"must be a {'whole ' if self.whole else ''}number, not '{value}'") from None
        if not math.isfinite(number):
            raise Invalid("must be a finite number")
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise Invalid(f"must be {self.bounds()}, not {value}")
        return int(number) if number == int(number) else number

    def bounds(self) -> str:
        if self.most is None:
            return f"at least {self.least}"
        return f"between {self.least} and {self.most}" if self.least is not None else f"at most {self.most}"


class Json(Shape):
    """Any JSON value, with whole floats as integers so that 40.0 and 40 are one."""

    def parse(self, value: t.Any) -> t.Any:
        return normal_json(value)


class JsonObject(Json):
    """A JSON object whose content is PostHog's business."""

    argument = {"type": "dict"}

    def parse(self, value: t.Any) -> t.Any:
        must_be_mapping(value)
        return normal_json(value)


class Moment(Shape):
    """A point in time as PostHog's filters take it: relative (-7d, mStart), a day, or an instant, kept in UTC."""

    argument = {"type": "str"}

    def parse(self, value: t.Any) -> t.Any:
        text = str(value).strip()
        if "T" not in text and " " not in text:
            return text or self.canonical(None)
        try:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise Invalid(f"'{text}' is not a time; write it like 2026-01-31T12:00:00+01:00") from None
        if moment.tzinfo is None:
            return moment.isoformat()
        return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


class Ref(Shape):
    """Another object by name; a number is an id, for what has no usable name."""

    names_others = True

    def __init__(self, kind: str, *, null: t.Any = Invalid) -> None:
        super().__init__(null=null)
        self.kind = kind

    def parse(self, value: t.Any) -> t.Any:
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
            article = "an" if self.kind[0] in "aeiou" else "a"
            raise Invalid(f"must be the name of {article} {self.kind.replace('_', ' ')}")
        return value

    def references(self, value: t.Any) -> t.Iterator[tuple[str, t.Any, str]]:
        if value is not None:
            yield self.kind, value, ""

    def named(self, value: t.Any, names: Names) -> t.Any:
        return names.name_of(self.kind, value) if isinstance(value, int) else value


class ListOf(Shape):
    """A list in which order matters."""

    def __init__(self, item: Shape, *, null: t.Any = (), unique: str | None = None) -> None:
        super().__init__(null=list(null) if null == () else null)
        self.item = item
        self.unique = unique
        self.names_others = item.names_others
        self.argument = {"type": "list", "elements": item.argument["type"]}

    def canonical(self, value: t.Any) -> t.Any:
        found = super().canonical(value)
        return list(found) if isinstance(found, list) else found

    def parse(self, value: t.Any) -> t.Any:
        if not isinstance(value, (list, tuple)):
            raise Invalid(f"must be a list, not {type(value).__name__}")
        items = []
        for index, item in enumerate(value):
            try:
                items.append(self.item.canonical(item))
            except Invalid as problem:
                raise problem.under(f"[{index}]") from None
        self.refuse_twins(items)
        return items

    def refuse_twins(self, items: list[t.Any]) -> None:
        if self.unique:
            seen = set()
            for index, item in enumerate(items):
                if item[self.unique] in seen:
                    raise Invalid(f"{self.unique} '{item[self.unique]}' is there twice", f"[{index}]")
                seen.add(item[self.unique])

    def references(self, value: t.Any) -> t.Iterator[tuple[str, t.Any, str]]:
        if self.names_others:
            for index, item in enumerate(value if isinstance(value, list) else ()):
                for kind, name, place in self.item.references(item):
                    yield kind, name, f"[{index}]{joined(place)}"

    def named(self, value: t.Any, names: Names) -> t.Any:
        if not self.names_others or not isinstance(value, list):
            return value
        return [self.item.named(item, names) for item in value]

    def differs(self, desired: t.Any, actual: t.Any) -> bool:
        if not isinstance(desired, list) or not isinstance(actual, list):
            return not same(desired, actual)
        return len(desired) != len(actual) or any(map(self.item.differs, desired, actual))

    def like(self, actual: t.Any, desired: t.Any) -> t.Any:
        if not isinstance(actual, list) or not isinstance(desired, list):
            return actual
        models = [*desired, *itertools.repeat(None, len(actual))]
        return [self.item.like(item, model) for item, model in zip(actual, models)]

    def brief(self, value: t.Any) -> t.Any:
        return [self.item.brief(item) for item in value] if isinstance(value, list) else value


class SetOf(ListOf):
    """A list in which neither order nor repetition matters; kept sorted."""

    def parse(self, value: t.Any) -> t.Any:
        return sorted(set(super().parse(value)), key=lambda item: (str(type(item)), item))

    def named(self, value: t.Any, names: Names) -> t.Any:
        return self.canonical(super().named(value, names))


class Part:
    """One key of a Record: its shape, and the default that an unwritten key means."""

    def __init__(
        self,
        shape: Shape,
        default: t.Any = None,
        *,
        required: bool = False,
        managed: bool = True,
        telling: bool = False,
    ) -> None:
        self.shape = shape
        self.default = default
        self.required = required
        #: True for a key that people want to see also where it has its default.
        self.telling = telling
        #: False for a key that is only compared when it is written.
        self.managed = managed


class Record(Shape):
    """A mapping with known keys; unwritten keys take their defaults, unknown ones are refused."""

    argument = {"type": "dict"}

    def __init__(
        self,
        parts: dict[str, Part],
        *,
        check: t.Callable[[dict[str, t.Any]], None] | None = None,
        null: t.Any = Invalid,
    ) -> None:
        super().__init__(null=null)
        self.parts = parts
        self.check = check
        self.names_others = any(part.shape.names_others for part in parts.values())

    def parse(self, value: t.Any) -> t.Any:
        must_be_mapping(value)
        for key in value:
            if key not in self.parts:
                raise Invalid(f"unknown key '{key}'; {nearest(key, self.parts)}")
        record = {}
        for key, part in self.parts.items():
            if key in value:
                record[key] = self.part(key, part, value[key])
            elif part.required:
                raise Invalid(f"'{key}' is missing")
            elif part.managed:
                record[key] = part.default
        if self.check:
            self.check(record)
        return record

    @staticmethod
    def part(key: str, part: Part, value: t.Any) -> t.Any:
        try:
            return part.shape.canonical(value)
        except Invalid as problem:
            raise problem.under(key) from None

    def references(self, value: t.Any) -> t.Iterator[tuple[str, t.Any, str]]:
        if self.names_others and isinstance(value, dict):
            for key, part in self.parts.items():
                if part.shape.names_others and value.get(key) is not None:
                    for kind, name, place in part.shape.references(value[key]):
                        yield kind, name, f"{key}{joined(place)}"

    def named(self, value: t.Any, names: Names) -> t.Any:
        if not self.names_others or not isinstance(value, dict):
            return value
        shapes = {key: part.shape for key, part in self.parts.items() if key in value}
        return {key: shapes[key].named(item, names) if key in shapes else item for key, item in value.items()}

    def differs(self, desired: t.Any, actual: t.Any) -> bool:
        if not isinstance(desired, dict) or not isinstance(actual, dict):
            return not same(desired, actual)
        return any(
            part.shape.differs(desired[key], actual.get(key, part.default))
            for key, part in self.parts.items()
            if key in desired
        )

    def like(self, actual: t.Any, desired: t.Any) -> t.Any:
        if not isinstance(actual, dict):
            return actual
        written = desired if isinstance(desired, dict) else {}
        return {key: value for key, value in actual.items() if key in written or self.is_managed(key)}

    def is_managed(self, key: str) -> bool:
        return key not in self.parts or self.parts[key].managed

    def brief(self, value: t.Any) -> t.Any:
        if not isinstance(value, dict):
            return value
        return {
            key: part.shape.brief(value[key])
            for key, part in self.parts.items()
            if key in value and (part.required or part.telling or not same(value[key], part.default))
        }
