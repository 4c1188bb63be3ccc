"""All measures that this process counts by itself. What only the store knows is in bot/jobs/readings.py."""

from typing import Final

from bot.metrics.series import Counter, Duration, Gauge, Measure

DELIVERIES: Final = Counter(
    Measure("provenance_deliveries", "Webhook deliveries by source and what became of them.", ("source", "outcome"))
)
EVENTS: Final = Counter(
    Measure("provenance_events", "What authentic deliveries announced, by what became of it.", ("source", "end"))
)
CHECKS: Final = Counter(Measure("provenance_checks", "Checks that ended with a report.", ("verdict", "origin")))
CHECK_FAILURES: Final = Counter(
    Measure("provenance_check_failures", "Attempts at a check or a post that failed, by error.", ("error",))
)
RULES: Final = Counter(Measure("provenance_rule_outcomes", "Outcomes of rules in these reports.", ("rule", "outcome")))
PUSH_TO_VERDICT: Final = Duration(
    Measure("provenance_push_to_verdict_seconds", "From the notice of a push to its stored report.", ("origin",))
)
PUSH_TO_THREAD: Final = Duration(
    Measure("provenance_push_to_thread_seconds", "From the notice of a push to its thread.", ("origin",))
)
REGISTRY_REQUESTS: Final = Counter(
    Measure(
        "provenance_registry_requests",
        "Requests to registries; outcome is a class of status, throttled (429) or failed (no answer).",
        ("registry", "outcome"),
    )
)
PULLS_LEFT: Final = Gauge(
    Measure(
        "provenance_registry_pulls_left", "Pulls that a registry said were left, by its last answer.", ("registry",)
    )
)
SLACK_CALLS: Final = Counter(
    Measure(
        "provenance_slack_calls", "Calls to Slack's Web API; outcome is ok or Slack's error.", ("method", "outcome")
    )
)

COUNTERS: Final = (DELIVERIES, EVENTS, CHECKS, CHECK_FAILURES, RULES, REGISTRY_REQUESTS, SLACK_CALLS)
TIMINGS: Final = (PUSH_TO_VERDICT, PUSH_TO_THREAD)
LEVELS: Final = (PULLS_LEFT,)
