"""Who may sign in, what their roles let them do, and at which desks."""
