"""The policy of each workspace: its own file, or the built-in one. Read once."""

from msgspec import Struct, field

from bot.errors import SettingsError
from bot.policy import Policies, default_policies
from bot.policy.source import policies_from
from bot.slack.workspaces import OAuthOptions


class WorkspacePolicies(Struct, frozen=True):
    """PROVENANCE_POLICY is not among them: its channels and people are of no workspace."""

    options: OAuthOptions
    _known: dict[str, Policies] = field(default_factory=dict)

    def of(self, team: str) -> Policies:
        """Raises SettingsError for a file that does not hold."""
        if team not in self._known:
            path = self.options.policy_of(team)
            try:
                self._known[team] = policies_from(path) if path else default_policies()
            except SettingsError as error:
                raise SettingsError(f"the policy of the workspace {team}: {error}") from None
        return self._known[team]

    def require(self) -> "WorkspacePolicies":
        """Read all files that are there. Raises SettingsError."""
        for team in self.options.teams():
            self.of(team)
        return self
