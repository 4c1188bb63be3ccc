"""App Home: a page of the app for each person.

https://docs.slack.dev/surfaces/app-home
"""
