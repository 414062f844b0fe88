"""What the command line says of the account goes over what the program says, and settings are checked first."""

from __future__ import annotations

import itertools

import pytest

from ivs_provider.cli.accounts import Accounts
from ivs_provider.cli.options import Reach
from ivs_provider.planning.declaration import BadProgram, ProviderArguments
from ivs_provider.values import UNKNOWN, Secret

DEFAULT = ProviderArguments("", {"region": "eu-west-1", "profile": "team"})
ELSEWHERE = ProviderArguments("far", {"region": "us-west-2"})
SAID = Reach(region="eu-central-1", profile="mine", endpoint="http://127.0.0.1:4577")


def reached(provider: ProviderArguments, reach: Reach) -> tuple[str | None, str | None, str | None]:
    settings = Accounts(reach, {}).of(provider).settings
    return settings.region, settings.profile, settings.endpoint


def test_the_program_is_followed_where_the_command_line_says_nothing() -> None:
    assert reached(DEFAULT, Reach()) == ("eu-west-1", "team", None)
    assert reached(ELSEWHERE, Reach()) == ("us-west-2", None, None)


def test_the_command_line_goes_over_the_default_provider() -> None:
    assert reached(DEFAULT, SAID) == ("eu-central-1", "mine", "http://127.0.0.1:4577")


def test_an_explicit_provider_keeps_what_it_names_but_not_its_endpoint() -> None:
    assert reached(ELSEWHERE, SAID) == ("us-west-2", "mine", "http://127.0.0.1:4577")
    own = ProviderArguments("own", {"endpoint": "http://127.0.0.1:1"})
    assert reached(own, SAID) == ("eu-central-1", "mine", "http://127.0.0.1:4577")


def test_unknown_settings_are_said_on_the_command_line_and_by_nothing_else() -> None:
    """What the environment names may be another account or region than the one that is meant."""
    role = {"roleArn": "arn:aws:iam::123456789012:role/deploys", "externalId": UNKNOWN}
    unknown = ProviderArguments("", {"region": UNKNOWN, "assumeRole": role})
    with pytest.raises(BadProgram) as refused:
        Accounts(Reach(), {"AWS_REGION": "eu-west-1"}).of(unknown)
    assert [flaw.path for flaw in refused.value.flaws] == [("assumeRole",), ("region",)]
    settings = Accounts(Reach(region="eu-west-1", profile="deploys"), {}).of(unknown).settings
    assert (settings.region, settings.profile, settings.assume_role) == ("eu-west-1", "deploys", None)


def test_of_default_tags_some_may_be_unknown_but_not_which_there_are() -> None:
    some = ProviderArguments("far", {"region": "eu-west-1", "defaultTags": {"team": "live", "vpc": UNKNOWN}})
    assert Accounts(Reach(), {}).of(some).settings.default_tags == {"team": "live", "vpc": UNKNOWN}
    none = ProviderArguments("far", {"region": "eu-west-1", "defaultTags": Secret(UNKNOWN)})
    with pytest.raises(BadProgram) as refused:
        Accounts(Reach(), {}).of(none)
    assert [flaw.path for flaw in refused.value.flaws] == [("defaultTags",)]


def test_wrong_settings_are_all_told_before_anything_is_called() -> None:
    wrong = ProviderArguments("far", {"region": "nowhere", "rateLimits": {"CreateCastle": 1}, "colour": "red"})
    with pytest.raises(BadProgram) as refused:
        Accounts(Reach(), {}).of(wrong)
    assert [(flaw.subject, flaw.path) for flaw in refused.value.flaws] == [
        ("far", ("colour",)),
        ("far", ("rateLimits", "CreateCastle")),
        ("far", ("region",)),
    ]


def test_one_provider_has_one_reconciler_whose_creates_are_the_command_lines() -> None:
    accounts = Accounts(Reach(), {}, nonces=iter(map(str, itertools.count())))
    one, other = accounts.of(DEFAULT), accounts.of(ELSEWHERE)
    assert accounts.of(DEFAULT) is one
    assert accounts.all() == (one, other)
    assert (one.owner, next(one.nonces), next(other.nonces)) == ("ivs", "0", "1")


def test_calls_are_told_only_where_asked_for() -> None:
    assert Accounts(Reach(), {}).of(DEFAULT).account.on_call is None
    assert Accounts(Reach(log_calls=True), {}).of(DEFAULT).account.on_call is not None
