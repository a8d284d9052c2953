"""What serves, since when, and where to go back to, from the entries alone."""

from __future__ import annotations

from mlops.ledger.history import History, Serving
from tests.ledger.entries import at, judged, planned, trained


def test_nothing_serves_before_the_first_test() -> None:
    history = History([trained("a", 0), planned("a", 1)])
    assert history.serving("prod") is None
    assert history.before("prod") is None


def test_the_newest_tested_release_serves_since_its_first_test() -> None:
    history = History([judged("a", 0), judged("b", 1), judged("b", 2)])
    assert history.serving("prod") == Serving("b", at(1), passed=True)


def test_a_release_that_did_not_pass_serves_all_the_same_and_it_is_said() -> None:
    history = History([judged("a", 0), judged("b", 1, verdict="blocked")])
    assert history.serving("prod") == Serving("b", at(1), passed=False)


def test_a_release_that_was_not_found_deployed_does_not_serve() -> None:
    history = History([judged("a", 0), judged("b", 1, verdict="blocked", deployed=False)])
    assert history.serving("prod") == Serving("a", at(0), passed=True)


def test_environments_serve_each_their_own() -> None:
    history = History([judged("a", 0), judged("b", 1, "qa")])
    assert history.serving("qa") == Serving("b", at(1), passed=True)
    assert history.serving("prod") == Serving("a", at(0), passed=True)


def test_the_way_back_leads_to_the_last_release_that_passed_and_is_not_served_now() -> None:
    served = [judged("a", 0), judged("b", 1), judged("c", 2, verdict="blocked"), judged("d", 3)]
    assert History(served).before("prod") == "b"
    assert History([*served, judged("b", 4)]).before("prod") == "d"
    assert History([judged("a", 0)]).before("prod") is None


def test_the_way_back_from_a_named_release_passes_over_it_whatever_the_ledger_has_of_it() -> None:
    served = [judged("a", 0), judged("b", 1)]
    assert History(served).before("prod", "c") == "b"
    assert History([*served, judged("c", 2, verdict="blocked")]).before("prod", "c") == "b"
    assert History(served).before("prod", "b") == "a"
    assert History([judged("c", 0)]).before("prod", "c") is None


def test_a_release_was_deployed_by_the_plan_before_the_test_that_it_passed() -> None:
    first, applied, never = planned("a", 0), planned("a", 1), planned("a", 4)
    entries = [first, applied, planned("b", 2), judged("a", 3), never]
    history = History(entries)
    assert history.plan_of("prod", "a") == applied
    assert history.plan_of("prod", "b") is None
    assert history.plans("prod") == [never, entries[2], applied, first]


def test_a_releases_way_has_its_newest_entry_of_each_step_and_who_approved_it() -> None:
    entries = [
        trained("a", 0),
        judged("a", 1, "qa", "blocked"),
        judged("a", 2, "qa"),
        judged("a", 3, approved=True),
    ]
    found = History(entries).release("a")
    assert found is not None
    assert found.training == entries[0]
    assert found.last("qa-test") == entries[2]
    assert found.approval == entries[3].approval
    assert History(entries).release("z") is None
