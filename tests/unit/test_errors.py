"""errors.py: the closed list, its verdicts and its words."""

from __future__ import annotations

import pytest

from ivs_provider import errors
from ivs_provider.errors import IvsError, Retry

CLASSES = [getattr(errors, name) for name in errors.__all__ if name not in {"IvsError", "Retry"}]
VERDICTS = {
    errors.Throttled: Retry.BACK_OFF,
    errors.Unreachable: Retry.BACK_OFF,
    errors.ServiceFailure: Retry.AMBIGUOUS,
    errors.TimedOut: Retry.AMBIGUOUS,
    errors.BadAnswer: Retry.AMBIGUOUS,
}


def test_the_list_is_closed_and_sorted() -> None:
    assert {*CLASSES} == {*IvsError.__subclasses__()}
    assert sorted(errors.__all__) == errors.__all__


@pytest.mark.parametrize("each", CLASSES)
def test_each_error_has_its_verdict(each: type[IvsError]) -> None:
    assert each.retry is VERDICTS.get(each, Retry.NEVER)


@pytest.mark.parametrize("each", CLASSES)
def test_each_error_keeps_its_class_and_its_cure_when_the_resource_is_named(each: type[IvsError]) -> None:
    named = each("it broke", "Mend it.").about('stage "hall"')
    assert type(named) is each
    assert str(named) == 'stage "hall": it broke. Mend it.'


def test_an_error_without_a_cure_is_one_sentence() -> None:
    assert str(errors.Conflict("it is in use")) == "it is in use."
