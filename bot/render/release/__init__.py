"""What people are told about a release: its images, problems and fixes. Shared by Slack and the pages. No I/O."""
