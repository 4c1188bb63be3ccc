"""The doors for several Slack workspaces: installing the app, and their commands, buttons and events.

install.py has the two pages of an installation; apps.py a Bolt application for each workspace; uninstalled.py hears
that one removed the app; intakes.py hands pushes on to those that watch.
"""
